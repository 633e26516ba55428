import type { ServiceAnswer, BigQueryClient, ServiceRequest } from "./bigquery-client.ts";
import { RequestError } from "./bigquery-client.ts";
import { remedyOf, serviceFault, type ServiceError } from "./bigquery-errors.ts";
import { interruptedFault } from "./interrupted-fault.ts";
import { pause, pauseBefore, type Timing } from "./bigquery-timing.ts";

/** What all jobs of a session share. */
export type JobContext = {
  readonly client: BigQueryClient;
  /** Where jobs are sent to; the service chooses, by the datasets that a statement names, when absent. */
  readonly location: string | undefined;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  /** A job id prefix that no other session has. */
  readonly prefix: string;
  /** Jobs that run now, by id. */
  readonly running: Map<string, PlacedJob>;
  /** Is told what each job was that ended, well or not. */
  readonly ended: (job: FinishedJob) => void;
  /** Aborted when the session is interrupted. */
  readonly signal: AbortSignal;
};

/** What is asked of the service: how the job is sent under an id, what it is for, and its number in the session. */
export type JobRequest = {
  readonly send: (jobReference: JobReference) => Promise<ServiceAnswer>;
  readonly purpose: string;
  readonly number: number;
};

/** Which job is meant. */
type JobReference = { readonly projectId: string; readonly jobId: string; readonly location?: string };

/** A job, and where the service runs it: a job elsewhere than in the US and the EU is found with its location only. */
export type PlacedJob = { readonly id: string; readonly location: string | undefined };

/** A job that ended. */
export type FinishedJob = PlacedJob & { readonly statistics: ServiceAnswer };

/** What requests about a job say of its place. */
export function jobPlace({ location }: Pick<PlacedJob, "location">): { readonly location?: string } {
  return location === undefined ? {} : { location };
}

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
    let job: PlacedJob = { id, location: context.location };
    context.running.set(id, job);
    try {
      job = { id, location: await insertJob(context, { ...request, id, tries }) };
      context.running.set(id, job);
      const { statistics, error } = await untilDone(context, { ...job, tries });
      context.ended({ ...job, statistics });
      if (error === undefined) return { ...job, statistics };
      await tries.failed(error);
    } catch (cause) {
      // The service may have taken the job after it was first told to cancel it.
      if (context.signal.aborted) await cancelJobs(context, [job]);
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
  { client, running }: JobContext,
  jobs: Iterable<PlacedJob> = running.values(),
): Promise<void> {
  const requests = [...jobs].map((job) =>
    client.request({ method: "POST", uri: `/jobs/${job.id}/cancel`, query: jobPlace(job) }),
  );
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
      if (signal.aborted) throw interruptedFault(purpose);
      tries += 1;
      const remedy = remedyOf(error);
      if (remedy === "none") throw serviceFault(purpose, error, tries);
      const ms = pauseBefore(remedy, tries, { timing, random });
      if (now() + ms > deadline) throw serviceFault(purpose, error, tries);
      await pauseOrStop(context, { ms, purpose });
    },
  };
}

/**
 * Sends a job until the service has it, and says where it runs. An id that it knows already is a request whose answer was
 * lost: the refusal names the place too, as `<project>:<location>.<id>`.
 */
async function insertJob(
  context: JobContext,
  request: JobRequest & { readonly id: string; readonly tries: Tries },
): Promise<string | undefined> {
  const { client, location, signal } = context;
  const reference = { projectId: client.project, jobId: request.id, ...jobPlace(context) };
  const answer = await repeat(signal, request.tries, () => request.send(reference).catch(forgiveDuplicate));
  const { jobReference } = answer as { readonly jobReference?: { readonly location?: string } };
  return jobReference?.location ?? location;
}

function forgiveDuplicate(cause: unknown): ServiceAnswer {
  if (!(cause instanceof RequestError) || cause.error.reason !== "duplicate") throw cause;
  const location = /\bJob \S+:([\w-]+)\.\w+/.exec(cause.error.message)?.[1];
  return location === undefined ? {} : { jobReference: { location } };
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

async function untilDone(
  context: JobContext,
  { tries, ...job }: PlacedJob & { readonly tries: Tries },
): Promise<EndedJob> {
  const { timing } = context;
  const request = { method: "GET", uri: `/jobs/${job.id}`, query: jobPlace(job) } as const;
  for (let look = 0; ; look += 1) {
    const found = await repeat(context.signal, tries, () => context.client.request(request));
    const { state, errorResult } = (found["status"] ?? {}) as JobStatus;
    if (state === "DONE") {
      const error = errorResult === undefined ? undefined : errorOf(errorResult);
      return { statistics: (found["statistics"] ?? {}) as ServiceAnswer, error };
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
