/** The variable in which the step that reports gets a secret: a name of ours, so that no secret changes what runs. */
export function webhookVariable(secret: string): string {
  return `CASCADE_SECRET_${secret}`;
}
