import { Fault } from "../../errors.ts";
import { countOf, formatDuration } from "../../domain/format.ts";
import { refusalStatus } from "../ask-github.ts";
import {
  endedSince,
  isRed,
  jobsOfAttempt,
  planJobName,
  progressText,
  type RemoteJob,
  type RemoteTotals,
} from "./job-progress.ts";
import type { Remote, RemoteRun } from "./open-remote.ts";
import { pollPause } from "./poll-pause.ts";

/** How whoever follows a run is told. */
type FollowVoice = {
  /** A job that ended. */
  readonly ended: (job: RemoteJob) => void;
  /** How far the run is; replaces what was said before. */
  readonly progress: (text: string) => void;
  readonly note: (text: string) => void;
};

/** What following takes from outside. */
export type FollowEffects = {
  readonly now: () => Date;
  /** Waits so many milliseconds, or until the signal is raised. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly voice: FollowVoice;
  /** What the plan of the run has to do; undefined while there is none. */
  readonly totalsOf: (run: RemoteRun) => Promise<RemoteTotals>;
  /** The command that takes it up again. */
  readonly again: string;
};

/** How long GitHub may give no answer before following ends. */
const longestSilenceMs = 15 * 60_000;

/** A run, and the attempt that was just asked for: GitHub may tell of the one before for a moment. */
export type FollowedRun = { readonly id: number; readonly attempt?: number };

/**
 * Follows a run to the end of its newest attempt, and gives it as it ended. The run goes on whatever happens here: an
 * answer that does not come is asked for again for a quarter of an hour. Faults: github-failed, interrupted.
 */
export async function followRun(
  remote: Remote,
  { id, attempt = 1 }: FollowedRun,
  effects: FollowEffects,
): Promise<RemoteRun> {
  const { now, pause, signal, voice } = effects;
  const startedAt = now().getTime();
  const look = openLook(remote, { id, attempt }, effects);
  let heardAt = startedAt;
  let pages = 1;
  for (;;) {
    if (signal.aborted) throw interrupted(id, effects.again);
    try {
      const seen = await look();
      if (seen.ended !== undefined) return seen.ended;
      heardAt = now().getTime();
      pages = seen.pages;
    } catch (cause) {
      const silence = now().getTime() - heardAt;
      if (!isPassing(cause) || silence > longestSilenceMs) throw cause;
      voice.note(`GitHub has not answered for ${formatDuration(silence)}; the run goes on, asking again`);
    }
    await pause(pollPause({ elapsedMs: now().getTime() - startedAt, pages }));
  }
}

/** Looks at a run again and again, and tells what is new; gives the run once it has ended. */
function openLook(
  remote: Remote,
  { id, attempt }: Required<FollowedRun>,
  { now, voice, totalsOf }: FollowEffects,
): () => Promise<{ readonly ended: RemoteRun | undefined; readonly pages: number }> {
  const told = new Set<number>();
  let totals: RemoteTotals;
  let run: RemoteRun | undefined;
  return async () => {
    if (run === undefined || run.attempt < attempt) run = await remote.run(id);
    const { jobs: listed, pages } = await remote.jobs(id);
    const jobs = jobsOfAttempt(listed, run.attempt);
    for (const job of endedSince(told, jobs)) {
      told.add(job.id);
      voice.ended(job);
    }
    if (totals === undefined && isPlanned(jobs)) totals = await totalsOf(run);
    voice.progress(progressText(jobs, { totals, now: now().getTime() }));
    if (!isOver(jobs)) return { ended: undefined, pages };
    run = await remote.run(id);
    const hasEnded = run.status === "completed" && run.attempt >= attempt;
    return { ended: hasEnded ? run : undefined, pages };
  };
}

function isPlanned(jobs: readonly RemoteJob[]): boolean {
  return jobs.some(({ name, conclusion }) => name === planJobName && conclusion === "success");
}

/** Whether every job that is listed has ended; others may follow. A run that was cancelled early has none. */
function isOver(jobs: readonly RemoteJob[]): boolean {
  return jobs.every(({ status }) => status === "done");
}

/** Whether GitHub, or the way there, failed rather than refused. */
function isPassing(cause: unknown): boolean {
  if (!(cause instanceof Fault) || cause.code !== "github-failed") return false;
  const status = refusalStatus(cause.cause) ?? 500;
  return status >= 500 || status === 429;
}

function interrupted(id: number, again: string): Fault {
  return new Fault("interrupted", `Following run ${id} was interrupted; the run itself goes on`, {
    hint: `Go on with \`${again}\``,
  });
}

/** How an attempt ended, for people: the jobs that are red by name. */
export function endText({ conclusion, attempt, url }: RemoteRun, jobs: readonly RemoteJob[]): string {
  const red = jobs.filter(isRed);
  const what = red.length === 0 ? "" : `, ${countOf(red.length, "red job")}`;
  return `Attempt ${attempt} ended: ${conclusion ?? "unknown"}${what}. ${url}`;
}
