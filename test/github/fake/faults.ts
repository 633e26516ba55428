import type { Reply } from "./operation.ts";

/** Something that goes wrong instead of an answer; `take` counts down and finds the fault for a request. */
export type Fault = {
  /** Operation id of the description; every operation when left out. */
  readonly operation?: string;
  /** Requests that pass before, none unless told. */
  readonly after?: number;
  /** Requests that fail then, one unless told. */
  readonly times?: number;
  /** The answer, or `reset` to cut the connection; `applied` does what was asked before it fails. */
  readonly answer: Reply | "reset";
  readonly applied?: boolean;
};

/** A fault that is waiting, with what is left of its counts. */
export type WaitingFault = { readonly fault: Fault; after: number; times: number };

/** A server error without a reason. */
export const serverError: Reply = { status: 500, body: { message: "Server Error" } };

/** The refusal of a text over GitHub's 65,536 characters. */
export const bodyTooLong: Reply = {
  status: 422,
  body: {
    message: "Validation Failed",
    errors: [{ resource: "Issue", field: "body", code: "custom", message: "body is too long" }],
    documentation_url: "https://docs.github.com/rest",
  },
};

/** The secondary rate limit, over after so many seconds. */
export function secondaryLimit(retryAfterSeconds: number): Reply {
  return {
    status: 403,
    headers: { "retry-after": String(retryAfterSeconds) },
    body: {
      message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      documentation_url:
        "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    },
  };
}

/** The fault that hits this request, if any. */
export function takeFault(waiting: readonly WaitingFault[], operation: string): Fault | undefined {
  const hit = waiting.find(({ fault, times }) => times > 0 && (fault.operation ?? operation) === operation);
  if (hit === undefined) return undefined;
  if (hit.after > 0) {
    hit.after -= 1;
    return undefined;
  }
  hit.times -= 1;
  return hit.fault;
}
