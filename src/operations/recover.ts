import { tupleText } from "../domain/tuple-text.ts";
import { dayOf, hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import { createTables, refreshCalendar } from "../ledger/create-tables.ts";
import { readState } from "../ledger/read-state.ts";
import { asOf, planStateRange } from "../plan/waivers/with-waivers.ts";
import type { Runbook, RecoveryRule } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { createRecoveryGates, type GateCheck, type RecoveryGates } from "./recovery-gates.ts";
import { runBackfill } from "../run/run-backfill.ts";
import type { CellResult, RunEffects } from "../run/run-event.ts";
import { depthOf, readsByProcessor } from "../plan/upstream/upstream.ts";
import { useSession } from "../run/use-session.ts";
import { withUpstream } from "../runbook/upstream.ts";

/** What is decided about one partition, as far as carrying it out needs to know. */
export type RecoveryStep = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly decision: RecoveryRule["decision"];
  /** Whether the partition counts as up to date and has to be recomputed all the same. */
  readonly isForced: boolean;
  /** Whether its upstream cannot be run: a person has to repair something first. */
  readonly isObstructed?: boolean;
};

/** A partition that a round ran, and what became of it. */
type RecoveredDate = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly outcome: CellResult["outcomes"][number]["kind"];
};

/** One look at everything, and what was done about it. */
export type RecoveryRound<Step extends RecoveryStep> = {
  readonly steps: readonly Step[];
  readonly ran: readonly RecoveredDate[];
};

/** What a recovery did. `remaining`: what a person has to look at; empty: all is well again. */
export type Recovery<Step extends RecoveryStep> = {
  readonly rounds: readonly RecoveryRound<Step>[];
  readonly remaining: readonly Step[];
};

/** What a recovery works on; `assess` looks at everything (gates, then triage) and decides, writing nothing. */
export type RecoveryRequest<Step extends RecoveryStep> = {
  readonly runbook: Runbook;
  readonly assess: () => Promise<readonly Step[]>;
  /** Asks a blocking gate of the runbook; what it holds back is not read. Absent: no gate is asked. */
  readonly checkGate?: GateCheck;
  /** Told of every round before it runs anything. */
  readonly report?: (round: number, steps: readonly Step[]) => void;
};

/**
 * Carries decisions out until nothing is left that a machine may do: each round looks at everything, then runs upstream
 * before downstream, and only what was decided to run. Nothing is tried twice unless its upstream has been rewritten in
 * between; what waits for a person is left alone, and so is what cannot run before it. At most depth + 2 rounds.
 */
export async function recover<Step extends RecoveryStep>(
  warehouse: Warehouse,
  request: RecoveryRequest<Step>,
  effects: RunEffects,
): Promise<Recovery<Step>> {
  const { runbook, assess } = request;
  await createTables(warehouse, runbook);
  await refreshCalendar(warehouse, runbook);
  const limit = createRetryLimit(runbook);
  const rounds: RecoveryRound<Step>[] = [];
  const mostRounds = depthOf(runbook) + 2;
  let steps = await assess();
  while (rounds.length < mostRounds) {
    const runnable = steps.filter((step) => isRun(step) && limit.mayRun(step.processor, step.date));
    if (runnable.length === 0) break;
    request.report?.(rounds.length + 1, steps);
    const gates = await useSession(warehouse, effects, (session) =>
      openGates(session, request, { steps: runnable, now: effects.now() }),
    );
    const ran = await runRound(warehouse, { runbook, limit, gates, steps: runnable }, effects);
    rounds.push({ steps, ran });
    if (ran.length === 0) break;
    steps = await assess();
  }
  return { rounds, remaining: steps.filter(({ decision }) => decision !== "accept") };
}

function isRun({ decision, isObstructed }: RecoveryStep): boolean {
  return isObstructed !== true && (decision === "rerun" || decision === "backfill-upstream-first");
}

async function openGates(
  warehouse: Warehouse,
  { runbook, checkGate }: Pick<RecoveryRequest<RecoveryStep>, "runbook" | "checkGate">,
  { steps, now }: { readonly steps: readonly RecoveryStep[]; readonly now: Date },
): Promise<RecoveryGates | undefined> {
  const range = hullOf(steps.map(({ date }) => date));
  if (checkGate === undefined || range === undefined) return undefined;
  const found = await readState(warehouse, runbook, planStateRange(runbook, range));
  const { state } = asOf(runbook, found, dayOf(now, runbook.timeZone));
  return createRecoveryGates(runbook, state, checkGate);
}

type Round = {
  readonly runbook: Runbook;
  readonly limit: RetryLimit;
  readonly gates: RecoveryGates | undefined;
  readonly steps: readonly RecoveryStep[];
};

async function runRound(
  warehouse: Warehouse,
  round: Round,
  effects: RunEffects,
): Promise<readonly RecoveredDate[]> {
  const ran: RecoveredDate[] = [];
  for (const { id } of round.runbook.processors) {
    const own = await freeSteps(
      round,
      id,
      round.steps.filter(({ processor }) => processor === id),
    );
    for (const isForced of [false, true]) {
      const dates = own.filter((step) => step.isForced === isForced).map(({ date }) => date);
      const outcomes = await runDates(warehouse, { ...round, processor: id, dates, isForced }, effects);
      ran.push(...outcomes);
    }
  }
  return ran;
}

async function freeSteps(
  { gates }: Round,
  processor: string,
  steps: readonly RecoveryStep[],
): Promise<readonly RecoveryStep[]> {
  if (gates === undefined || steps.length === 0) return steps;
  const free = new Set(
    await gates.freeOf(
      processor,
      steps.map(({ date }) => date),
    ),
  );
  return steps.filter(({ date }) => free.has(date));
}

/** Runs some dates of one processor. Dates whose upstream cannot be read are left as they are, unrecorded. */
async function runDates(
  warehouse: Warehouse,
  request: {
    readonly runbook: Runbook;
    readonly limit: RetryLimit;
    readonly processor: string;
    readonly dates: readonly CalendarDate[];
    readonly isForced: boolean;
  },
  effects: RunEffects,
): Promise<readonly RecoveredDate[]> {
  const { runbook, limit, processor, dates, isForced } = request;
  const range = hullOf(dates);
  if (range === undefined) return [];
  const selection = { range, dates, processors: [processor], force: isForced };
  const { cells } = await runBackfill(warehouse, { runbook: withoutLeadIn(runbook), selection }, effects);
  const ran = cells
    .flatMap(({ outcomes }) => outcomes)
    .filter(({ kind }) => kind !== "up-to-date")
    .map(({ date, kind }) => ({ processor, date, outcome: kind }));
  const tried = ran.filter(({ outcome }) => outcome !== "moved");
  for (const { date, outcome } of tried) limit.learn(processor, date, outcome === "committed");
  return ran;
}

/** Lead-in dates have decisions of their own. */
function withoutLeadIn(runbook: Runbook): Runbook {
  return {
    ...runbook,
    processors: runbook.processors.map((processor) => ({ ...processor, leadIn: false })),
  };
}

/** Keeps a recovery from trying the same thing again under the same circumstances. */
type RetryLimit = {
  /** Whether a partition has not been run yet, or something upstream of it has been committed since. */
  mayRun(processor: string, date: CalendarDate): boolean;
  /** Takes over that a partition was run. */
  learn(processor: string, date: CalendarDate, isCommitted: boolean): void;
};

/** A limit that knows of no run yet. */
function createRetryLimit(runbook: Runbook): RetryLimit {
  const reads = readsByProcessor(runbook);
  const runs = new Map<string, number>();
  const commits = new Map<string, number>();
  let now = 0;
  return {
    mayRun(processor, date) {
      const last = runs.get(tupleText([processor, date]));
      if (last === undefined) return true;
      const ancestors = withUpstream(reads, reads.get(processor) ?? []);
      return [...ancestors].some((id) => (commits.get(id) ?? 0) > last);
    },
    learn(processor, date, isCommitted) {
      now += 1;
      runs.set(tupleText([processor, date]), now);
      if (isCommitted) commits.set(processor, now);
    },
  };
}
