import { countOf } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { StatementFault, tooLongFault, type FailureSort } from "./statement-fault.ts";

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
  /** What the client of the token services asked. */
  readonly config?: unknown;
  readonly status?: unknown;
};

/** What a failed request says; without an HTTP status the answer, or the request, was lost on the way. */
export function serviceError(cause: unknown): ServiceError {
  const { code, message: text, errors, config, status } = bodyOf(cause);
  const [first] = Array.isArray(errors) ? errors : [];
  const message = first?.message ?? (typeof text === "string" ? text : "no message");
  if (config !== undefined) return tokenError(message, Number(status ?? code));
  if (typeof code === "number" && code >= 400) {
    return { reason: first?.reason ?? reasonOf(code), message, status: code };
  }
  return { reason: isCredential(message) ? "tokenRefused" : "lost", message, status: 0 };
}

/** A refusal by a service that gives tokens: they are asked by another client than BigQuery, which keeps what it asked. */
function tokenError(message: string, status: number): ServiceError {
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const reason = isRefusal || isCredential(message) ? "tokenRefused" : "lost";
  return { reason, message: `no token was given: ${message}`, status: 0 };
}

function bodyOf(cause: unknown): ErrorBody {
  return typeof cause === "object" && cause !== null ? cause : { message: String(cause) };
}

function isCredential(message: string): boolean {
  return /could not load the default credentials|invalid_grant|no access or refresh token|unable to (?:detect a project|impersonate)/i.test(
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
  const message = `Cannot ${purpose}: ${found}`;
  if (isTimeout(error)) return tooLongFault(purpose, timeOf(text));
  const unusable = unusableHint(error);
  if (unusable !== undefined) return new Fault("warehouse-unusable", message, { hint: unusable });
  if (error.reason === "notFound" && /dataset/i.test(text)) {
    return new Fault("warehouse-missing", message, {
      hint: "Create the datasets and tables with `cascade init`",
    });
  }
  const sort = sortOf(error);
  return new StatementFault(sort, message, { hint: sortHints[sort] });
}

/** What to do where no statement is to blame; undefined where one is. */
function unusableHint(error: ServiceError): string | undefined {
  const { reason, status } = error;
  if (remedyOf(error) !== "none" || isLostJob(error)) {
    return "Type the command again later: what was committed stays, the rest is done anew";
  }
  if (reason === "stopped") {
    return "Somebody cancelled the job: type the command again when it may run; what was committed stays";
  }
  if (reason === "tokenRefused") {
    return "Sign in with `gcloud auth application-default login`; in a workflow compare repository, ref, workflow and identities with `terraform -chdir=.github/terraform plan` (docs/bigquery.md, signing in)";
  }
  if (sortOf(error) === "too-costly") return undefined;
  if (reason === "accessDenied" || reason === "invalidCredentials" || status === 401 || status === 403) {
    return "Sign in with `gcloud auth application-default login`, or grant the identity the roles of docs/bigquery.md";
  }
  return undefined;
}

const mendHint = "Mend the statement or the data that it names, then type the command again";

const sortHints: Readonly<Record<FailureSort, string>> = {
  permanent: "Mend the statement, then type the command again",
  data: mendHint,
  unsure: mendHint,
  "too-large": "Make the statement cheaper, or run it over fewer dates with --chunk-days",
  "too-costly":
    "Select fewer dates, or raise the limit with CASCADE_MAXIMUM_BYTES after a look at `cascade plan --cost`",
};

/** The service gave a job up because of its time limit; a person who cancels one has the same reason. */
function isTimeout({ reason, message }: ServiceError): boolean {
  return reason === "timeout" || (reason === "stopped" && /timed out/i.test(message));
}

/** The time that a message says a job took. */
function timeOf(message: string): string {
  const seconds = Number(/after (\d+) ?s/.exec(message)?.[1] ?? 0);
  if (seconds === 0) return "its time limit";
  return seconds % 60 === 0 ? countOf(seconds / 60, "minute") : countOf(seconds, "second");
}

const tooLarge = new Set(["resourcesExceeded", "responseTooLarge", "billingTierLimitExceeded"]);

/** Words of limits that the service tells as invalid queries. */
const limits =
  /too many partitions|query is too (?:large|complex)|resources? exceeded|exceeded (?:resource|memory) limit|operation timed out/i;

/** Words of errors of values, which come while a query runs. */
const values =
  /division by zero|\boverflow|out of bounds|bad (?:u?int64|float64|double|numeric|bool|date|timestamp)\b|could not cast|invalid (?:date|timestamp|datetime|time):|scalar subquery produced more than one|not null|must match at most one/i;

/** Words of errors that Google's analyser finds before anything is read. */
const analysis =
  /syntax error|unrecognized name|no matching signature|function not found|not found inside|table not found|type not found|ambiguous|neither grouped nor aggregated/i;

/** Sorts what a statement failed of; an invalid query whose words are not known may be either of text or data. */
function sortOf({ reason, message }: ServiceError): FailureSort {
  if (reason === "bytesBilledLimitExceeded") return "too-costly";
  if (tooLarge.has(reason) || limits.test(message)) return "too-large";
  if (reason === "notFound" || reason === "accessDenied" || analysis.test(message)) return "permanent";
  return values.test(message) ? "data" : "unsure";
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
