/** Credentials of a person or a job, and where they lie: for a command that writes the warehouse itself, and for no other. */
const credentials = /^(?:GOOGLE_(?:APPLICATION_CREDENTIALS|GHA_CREDS_PATH)$|CLOUDSDK_AUTH_)/;

/** What a command sees of the environment. */
export function commandEnvironment(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !credentials.test(name)));
}
