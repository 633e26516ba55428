/** What GitHub's refusal of a report asks for. */
export type ReportRefusal =
  | { readonly kind: "wait"; readonly waitMs: number }
  | { readonly kind: "too-long" }
  | { readonly kind: "absent" }
  | { readonly kind: "final" };

/** A wait that GitHub asks for and that is longer than this is not worth a billed runner. */
const longestWaitMs = 120_000;
const firstWaitMs = 2000;

/** Reads an error of GitHub's client after so many tries before it. Limits and server errors are over some day. */
export function judgeRefusal(cause: unknown, tries: number): ReportRefusal {
  const { status, message, retryAfterMs } = partsOf(cause);
  if (status === 404 || status === 410) return { kind: "absent" };
  if (status === 422 && /too long/i.test(message)) return { kind: "too-long" };
  const waitMs = retryAfterMs ?? firstWaitMs * 2 ** tries;
  const passes = isTransient({ status, message, retryAfterMs }) && waitMs <= longestWaitMs;
  return passes ? { kind: "wait", waitMs } : { kind: "final" };
}

/** GitHub answers its secondary limits with 403 or 429. */
function isTransient({ status, message, retryAfterMs }: Parts): boolean {
  if (status !== 403) return status === 429 || status >= 500;
  return retryAfterMs !== undefined || /secondary rate limit/i.test(message);
}

type Parts = {
  readonly status: number;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
};

function partsOf(cause: unknown): Parts {
  const { status, message, response } = (cause ?? {}) as {
    readonly status?: number;
    readonly message?: string;
    readonly response?: { readonly headers?: Readonly<Record<string, unknown>> };
  };
  const seconds = Number(response?.headers?.["retry-after"] ?? Number.NaN);
  return {
    status: status ?? 0,
    message: message ?? "",
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  };
}
