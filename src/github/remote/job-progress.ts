import { countOf, formatDuration } from "../../domain/format.ts";

/** Name of the job that plans. */
export const planJobName = "Plan";

/** A job of a run as GitHub tells it; instants as milliseconds, undefined before they come. */
export type RemoteJob = {
  readonly id: number;
  readonly name: string;
  /** The attempt of the run that executed it. */
  readonly attempt: number;
  readonly status: "waiting" | "running" | "done";
  readonly conclusion: string | undefined;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly url: string;
};

/** What a run has to do: its cells and gates; undefined until its plan is there. */
export type RemoteTotals = { readonly jobs: number } | undefined;

/** Jobs of every compiled workflow. */
const frame: ReadonlySet<string> = new Set([planJobName, "Approve the plan", "Report"]);

/** Whether a job carries a part of the plan out, and is no part of its frame. */
function isWork({ name, conclusion }: RemoteJob): boolean {
  return !frame.has(name) && conclusion !== "skipped";
}

/** Whether a job ended in a way that somebody has to look at. */
export function isRed({ conclusion }: Pick<RemoteJob, "conclusion">): boolean {
  return conclusion !== undefined && !["success", "skipped", "neutral"].includes(conclusion);
}

/** The jobs of an attempt, and those of earlier ones that it keeps: what is to be executed again is not there yet. */
export function jobsOfAttempt(jobs: readonly RemoteJob[], attempt: number): readonly RemoteJob[] {
  return jobs.filter((job) => job.attempt >= attempt || !isRed(job));
}

/** Jobs that ended since an earlier look, in the order in which they did; what was skipped is no news. */
export function endedSince(known: ReadonlySet<number>, jobs: readonly RemoteJob[]): readonly RemoteJob[] {
  return jobs
    .filter(({ id, status, conclusion }) => status === "done" && conclusion !== "skipped" && !known.has(id))
    .toSorted((left, right) => (left.completedAt ?? 0) - (right.completedAt ?? 0) || left.id - right.id);
}

/** A job that ended, for people. */
export function endedText({ name, conclusion = "", startedAt, completedAt, url }: RemoteJob): string {
  const took =
    startedAt === undefined || completedAt === undefined
      ? ""
      : ` in ${formatDuration(Math.max(0, completedAt - startedAt))}`;
  return conclusion === "success" ? `${name}${took}` : `${name}: ${conclusion}${took}, ${url}`;
}

/** Jobs that have to be done before their pace says how long the rest takes. */
const fewestDone = 3;

/** How far a run is: done, failed, running and waiting, and how long the rest takes at the pace so far. */
export function progressText(
  jobs: readonly RemoteJob[],
  { totals, now }: { readonly totals: RemoteTotals; readonly now: number },
): string {
  const work = jobs.filter(isWork);
  const done = work.filter(({ status }) => status === "done");
  const running = work.filter(({ status }) => status === "running").length;
  const known = Math.max(totals?.jobs ?? 0, work.length);
  const failed = done.filter(isRed).length;
  const parts = [
    totals === undefined
      ? countOf(done.length, "job") + " done"
      : `${done.length} of ${countOf(known, "job")} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(totals === undefined ? [] : [`${Math.max(0, known - done.length - running)} waiting`]),
    ...leftOf(done, { known: totals === undefined ? 0 : known, now }),
  ];
  return parts.join(", ");
}

/** The rest at the pace of what is done. */
function leftOf(
  done: readonly RemoteJob[],
  { known, now }: { readonly known: number; readonly now: number },
): readonly string[] {
  const begun = Math.min(...done.flatMap(({ startedAt }) => startedAt ?? []));
  if (done.length < fewestDone || known <= done.length || !Number.isFinite(begun) || now <= begun) return [];
  return [`about ${formatDuration(((now - begun) / done.length) * (known - done.length))} left`];
}
