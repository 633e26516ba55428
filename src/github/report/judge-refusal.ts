import { isUnclear, refusalStatus } from "../ask-github.ts";

/**
 * What GitHub's refusal of a report asks for. `unclear`: something new was asked for and the answer was lost, so it may
 * be there; octokit's plugins repeat only what has the same effect twice.
 */
export type ReportRefusal = "unclear" | "too-long" | "absent" | "final";

/** Reads an error of GitHub's client, which has waited for limits and asked again where that is safe. */
export function judgeRefusal(cause: unknown): ReportRefusal {
  const status = refusalStatus(cause) ?? 0;
  const { message = "" } = (cause ?? {}) as { readonly message?: string };
  if (status === 404 || status === 410) return "absent";
  if (status === 422 && /too long/i.test(message)) return "too-long";
  return isUnclear(cause) ? "unclear" : "final";
}
