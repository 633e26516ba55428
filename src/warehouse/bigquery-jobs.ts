import type { ServiceAnswer, BigQueryClient, ServiceRequest } from "./bigquery-client.ts";
import { RequestError } from "./bigquery-client.ts";
import { remedyOf, serviceFault, type ServiceError } from "./bigquery-errors.ts";
import { interruptedFault } from "./interrupted-fault.ts";
import { pause, pauseBefore, type Timing } from "./bigquery-timing.ts";

/** What all jobs of a session share. */
export type JobContext = {
  readonly client: BigQueryClient;
  readonly location: string | undefined;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  /** A job id prefix that no other session has. */
  readonly prefix: string;
  /** Ids of jobs that run now. */
  readonly running: Set<string>;
  /** Aborted when the session is interrupted. */
  readonly signal: AbortSignal;
};

/** What is asked of the service: how the job is sent under an id, what it is for, and its number in the session. */
export type JobRequest = {
  readonly send: (jobReference: JobReference) => Promise<unknown>;
  readonly purpose: string;
  readonly number: number;
};

/** Which job is meant. */
type JobReference = { readonly projectId: string; readonly jobId: string; readonly location?: string };

/** A job that ended well. */
export type FinishedJob = { readonly id: string; readonly statistics: ServiceAnswer };

/**
 * Runs a job to its end. The id makes a request safe to repeat: as long as its answer is lost the same id is sent, and
 * the service runs it once; only a job that is known to have failed is tried anew, under a new id. Failures are met by
 * their reason until the deadline. Faults: interrupted, statement-failed, warehouse-unusable, warehouse-missing.
 */
export async function runJob(context: JobContext, request: JobRequest): Promise<FinishedJob> {
  const tries = newTries(context, request.purpose);
  for (let attempt = 1; ; attempt += 1) {
    if (context.signal.aborted) throw interruptedFault(request.purpose);
    const id = `${context.prefix}_${request.number}_${attempt}`;
    context.running.add(id);
    try {
      await insertJob(context, { ...request, id, tries });
      const ended = await untilDone(context, { id, tries });
      if (ended.error === undefined) return { id, statistics: ended.statistics };
      await tries.failed(ended.error);
    } catch (cause) {
      // The service may have taken the job after it was first told to cancel it.
      if (context.signal.aborted) await cancelJobs(context, [id]);
      throw cause;
    } finally {
      context.running.delete(id);
    }
  }
}

/** One request that may be repeated as it is: by the reasons of its failures, until the deadline. */
export async function requestAgain(
  context: JobContext,
  request: ServiceRequest & { readonly purpose: string },
): Promise<ServiceAnswer> {
  const { purpose, ...rest } = request;
  return repeat(context.signal, newTries(context, purpose), () => context.client.request(rest));
}

/** Asks the service to cancel what runs; what cannot be reached runs into its own time limit. */
export async function cancelJobs(
  { client, location, running }: JobContext,
  ids: Iterable<string> = running,
): Promise<void> {
  const query = location === undefined ? {} : { location };
  const requests = [...ids].map((id) => client.request({ method: "POST", uri: `/jobs/${id}/cancel`, query }));
  await Promise.allSettled(requests);
}

type Tries = {
  /** Waits before the next try, or throws the fault when the failure is final or the deadline has passed. */
  readonly failed: (error: ServiceError) => Promise<void>;
  readonly purpose: string;
};

function newTries(context: JobContext, purpose: string): Tries {
  const { timing, now, random, signal } = context;
  const deadline = now() + timing.deadlineMs;
  let tries = 0;
  return {
    purpose,
    async failed(error) {
      if (signal.aborted || error.reason === "stopped") throw interruptedFault(purpose);
      tries += 1;
      const remedy = remedyOf(error);
      if (remedy === "none") throw serviceFault(purpose, error, tries);
      const ms = pauseBefore(remedy, tries, { timing, random });
      if (now() + ms > deadline) throw serviceFault(purpose, error, tries);
      await pauseOrStop(context, { ms, purpose });
    },
  };
}

type NamedJob = { readonly id: string; readonly tries: Tries };

/** Sends a job until the service has it: an id that it knows already is a request whose answer was lost. */
async function insertJob(
  { client, location, signal }: JobContext,
  request: JobRequest & NamedJob,
): Promise<void> {
  const place = location === undefined ? {} : { location };
  const reference = { projectId: client.project, jobId: request.id, ...place };
  await repeat(signal, request.tries, () => request.send(reference).catch(forgiveDuplicate));
}

function forgiveDuplicate(cause: unknown): void {
  if (!(cause instanceof RequestError) || cause.error.reason !== "duplicate") throw cause;
}

async function repeat<Result>(
  signal: AbortSignal,
  tries: Tries,
  run: () => Promise<Result>,
): Promise<Result> {
  while (true) {
    if (signal.aborted) throw interruptedFault(tries.purpose);
    try {
      return await run();
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      await tries.failed(cause.error);
    }
  }
}

type EndedJob = { readonly statistics: ServiceAnswer; readonly error: ServiceError | undefined };

async function untilDone(context: JobContext, { id, tries }: NamedJob): Promise<EndedJob> {
  const { location, timing } = context;
  const query = location === undefined ? {} : { location };
  for (let look = 0; ; look += 1) {
    const job = await repeat(context.signal, tries, () =>
      context.client.request({ method: "GET", uri: `/jobs/${id}`, query }),
    );
    const { state, errorResult } = (job["status"] ?? {}) as JobStatus;
    if (state === "DONE") {
      const error = errorResult === undefined ? undefined : errorOf(errorResult);
      return { statistics: (job["statistics"] ?? {}) as ServiceAnswer, error };
    }
    await pauseOrStop(context, { ms: timing.pollMs * Math.min(10, 1 + look), purpose: tries.purpose });
  }
}

async function pauseOrStop(
  { signal }: JobContext,
  { ms, purpose }: { ms: number; purpose: string },
): Promise<void> {
  try {
    await pause(ms, signal);
  } catch {
    throw interruptedFault(purpose);
  }
}

type JobStatus = { readonly state?: string; readonly errorResult?: { reason?: string; message?: string } };

function errorOf({
  reason = "unknown",
  message = "no message",
}: NonNullable<JobStatus["errorResult"]>): ServiceError {
  return { reason, message, status: 200 };
}
