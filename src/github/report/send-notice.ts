/** How a notice is sent; `signal` is raised when the job is to end. */
type Sending = { readonly address: string; readonly body: object; readonly signal: AbortSignal };

/** Longest wait for a webhook's answer: it is told beside the report, and a runner is billed meanwhile. */
const noticeMs = 10_000;

const here: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Sends a notice by one request, which is never repeated: what was not answered may have arrived. Gives why it is not
 * known to have arrived; undefined where it was taken. No text of it holds the address, which is a secret.
 */
export async function sendNotice(
  { address, body, signal }: Sending,
  longestMs = noticeMs,
): Promise<string | undefined> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isSafe(url)) return "its secret holds no address that begins with https://";
  const late = AbortSignal.timeout(longestMs);
  try {
    const answer = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", "user-agent": "cascade-backfill" },
      body: JSON.stringify(body),
      signal: AbortSignal.any([late, signal]),
    });
    await answer.body?.cancel();
    return refusalOf(answer.status);
  } catch (cause) {
    if (late.aborted) return `it gave no answer within ${longestMs / 1000} s`;
    return signal.aborted ? "the job was cancelled" : `it could not be reached${codeOf(cause)}`;
  }
}

/** Nothing but a server on the machine itself is spoken to without encryption; a name and password in an address are none of ours. */
function isSafe({ protocol, hostname, username, password }: URL): boolean {
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && here.has(hostname));
}

function refusalOf(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  const redirects = status >= 300 && status < 400 ? ", and redirects are not followed" : "";
  return `it answered with status ${status}${redirects}`;
}

/** The short word of the system for what went wrong: texts may name the address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  return /^[A-Z0-9_]+$/.test(code) ? ` (${code})` : "";
}
