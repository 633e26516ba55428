import { Fault } from "../errors.ts";

/** What BigQuery or the network said, reduced to what decides what to do next. */
export type ServiceError = {
  /** BigQuery's reason (`rateLimitExceeded`, `invalidQuery`, …), or `lost` when no answer came. */
  readonly reason: string;
  readonly message: string;
  /** HTTP status; 0 when no answer came, 200 for the error of a job that ran. */
  readonly status: number;
};

/** How a failure is met: again within seconds, again after minutes, or not at all. */
export type Remedy = "seconds" | "minutes" | "none";

const withinSeconds = new Set([
  "lost",
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "jobRateLimitExceeded",
  "backendError",
  "jobBackendError",
  "internalError",
  "jobInternalError",
  "tableUnavailable",
]);

/** Words of conflicts between statements that change one table; BigQuery reports them as invalid queries. */
const conflict =
  /could not serialize access|concurrent update|aborted due to concurrent|too many dml statements/i;

/** What to do about a failure. */
export function remedyOf({ reason, message, status }: ServiceError): Remedy {
  if (reason === "quotaExceeded") return "minutes";
  if (withinSeconds.has(reason) || conflict.test(message)) return "seconds";
  return status === 429 || status >= 500 || status === 408 ? "seconds" : "none";
}

type ErrorBody = {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
};

/** What a failed request says; without an HTTP status the answer, or the request, was lost on the way. */
export function serviceError(cause: unknown): ServiceError {
  const { code, message: text, errors = [] } = bodyOf(cause);
  const message = errors[0]?.message ?? (typeof text === "string" ? text : "no message");
  if (typeof code === "number" && code >= 400) {
    return { reason: errors[0]?.reason ?? reasonOf(code), message, status: code };
  }
  return { reason: isCredential(message) ? "invalidCredentials" : "lost", message, status: 0 };
}

function bodyOf(cause: unknown): ErrorBody {
  return typeof cause === "object" && cause !== null ? cause : { message: String(cause) };
}

function isCredential(message: string): boolean {
  return /could not load the default credentials|invalid_grant|no access or refresh token|unable to detect a project/i.test(
    message,
  );
}

function reasonOf(status: number): string {
  if (status === 409) return "duplicate";
  if (status === 404) return "notFound";
  if (status === 401 || status === 403) return "accessDenied";
  return status >= 500 ? "backendError" : "unknown";
}

/** The fault that an operator sees. Secrets are cut out of what the service said. */
export function serviceFault(purpose: string, error: ServiceError, tries: number): Fault {
  const text = scrub(error.message);
  const found = tries > 1 ? `${text} (${error.reason}, tried ${tries} times)` : `${text} (${error.reason})`;
  if (remedyOf(error) !== "none" || isLostJob(error)) {
    return new Fault("warehouse-unusable", `Cannot ${purpose}: ${found}`, {
      hint: "Type the command again later: what was committed stays, the rest is done anew",
    });
  }
  if (error.reason === "accessDenied" || error.reason === "invalidCredentials" || error.status === 401) {
    return new Fault("warehouse-unusable", `Cannot ${purpose}: ${found}`, {
      hint: "Sign in with `gcloud auth application-default login`, or grant the identity the roles of docs/bigquery.md",
    });
  }
  if (error.reason === "bytesBilledLimitExceeded") {
    return new Fault("statement-failed", `Cannot ${purpose}: ${found}`, {
      hint: "Select fewer dates, or raise the limit with CASCADE_MAXIMUM_BYTES after a look at `cascade plan --cost`",
    });
  }
  if (error.reason === "notFound" && /dataset/i.test(text)) {
    return new Fault("warehouse-missing", `Cannot ${purpose}: ${found}`, {
      hint: "Create the datasets and tables with `cascade init`",
    });
  }
  return new Fault("statement-failed", `Cannot ${purpose}: ${found}`, {
    hint: "Mend the statement or the data that it names, then type the command again",
  });
}

/** The service has forgotten a job that it had accepted: nothing that the statement could help. */
function isLostJob({ reason, message }: ServiceError): boolean {
  return reason === "notFound" && /\bjob\b/i.test(message);
}

/** Text without tokens, keys and signed addresses. */
export function scrub(text: string): string {
  return text
    .replaceAll(/ya29\.[\w.-]+/g, "[token]")
    .replaceAll(/\beyJ(?:(?!-eyJ)[\w-])+\.[\w-]+\.[\w-]*/g, "[token]")
    .replaceAll(/-----BEGIN [^-]*PRIVATE KEY-----[^]*?(?:-----END [^-]*PRIVATE KEY-----|$)/g, "[key]")
    .replaceAll(
      /(\b(?:access_token|id_token|refresh_token|client_secret|private_key|authorization)"?\s*[=:]\s*"?(?:bearer\s+)?)[^\s"&,}]+/gi,
      "$1[secret]",
    );
}
