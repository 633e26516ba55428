import type { CalendarDate } from "../../domain/calendar-date.ts";
import { daysSinceStart, narrowEdges, whole } from "../../plan/audit/narrow-edges.ts";
import type { Difference, WindowFinding } from "../../plan/audit/window-finding.ts";
import { inputsOfProcessor, type Input, type Reach } from "../../plan/upstream/input-cut.ts";
import { removeStage } from "../withdraw-dates.ts";
import {
  computeAlone,
  contentsAlone,
  differenceOf,
  trialOf,
  type AuditScope,
  type StagedCell,
  type Trial,
} from "./trial.ts";

/** Dates to audit, and the stage of their cell where there is one. */
export type AuditRequest = {
  readonly dates: readonly CalendarDate[];
  readonly staged?: StagedCell | undefined;
  /** Whether the cell has seen so much beside the windows of each date that its outcome stands for one with every row. */
  readonly isLarge?: boolean;
  /** Whether the date is all that the cell has computed, so that it was computed alone already. */
  readonly isOnly?: boolean;
};

/**
 * Computes dates again, each alone: with exactly its windows, and with every row of what it reads. Where the two differ,
 * or a stage holds something else, the outcome rests on what is not declared. Nothing is stored. Faults: statement-failed
 * or command-failed where a date that no cell has staged can be computed neither way.
 */
export async function auditDates(
  scope: AuditScope,
  request: AuditRequest,
): Promise<readonly WindowFinding[]> {
  const inputs = inputsOfProcessor(scope.runbook, scope.processor.id);
  const suspects = await suspectsAmong(scope, { ...request, inputs });
  return suspects.length === 0 ? [] : auditAlone(scope, { ...request, dates: suspects, inputs });
}

type InputRequest = AuditRequest & { readonly inputs: readonly Input[] };

/** Dates on which something may differ; all of them where that is known from a statement for each only. */
async function suspectsAmong(
  scope: AuditScope,
  { dates, staged, isLarge, isOnly, inputs }: InputRequest,
): Promise<readonly CalendarDate[]> {
  const chunk = staged && (await trialOf(scope, staged, dates)).contents;
  const narrow = isOnly === true ? chunk : await contentsAlone(scope, { dates, inputs });
  if (narrow === undefined) return dates;
  const wide = isLarge === true ? chunk : await contentsAlone(scope, { dates, inputs: inputs.map(whole) });
  if (wide === undefined) return dates;
  const others = chunk === undefined ? [wide] : [chunk, wide];
  return dates.filter((date) => others.some((contents) => contents.get(date) !== narrow.get(date)));
}

/** The same by statements of their own for each date, and which edge it is. */
async function auditAlone(
  scope: AuditScope,
  { dates, staged, isLarge, isOnly, inputs }: InputRequest,
): Promise<readonly WindowFinding[]> {
  const chunk = staged && (await trialOf(scope, staged, dates));
  const isStaged = isOnly === true && chunk !== undefined;
  const narrow = isStaged ? chunk : await computeAlone(scope, { dates, inputs, token: scope.randomId() });
  try {
    const doubted =
      isLarge === true && chunk !== undefined
        ? [...(await differencesBetween(scope, { narrow, wide: chunk }, dates)).keys()]
        : dates;
    if (doubted.length === 0) return [];
    return await findingsAmong(scope, { dates: doubted, inputs, narrow, chunk });
  } finally {
    if (!isStaged) await removeStage(scope.warehouse, narrow.names);
  }
}

async function findingsAmong(
  scope: AuditScope,
  {
    dates,
    inputs,
    narrow,
    chunk,
  }: Pick<InputRequest, "dates" | "inputs"> & { readonly narrow: Trial; readonly chunk: Trial | undefined },
): Promise<readonly WindowFinding[]> {
  const wide = await computeAlone(scope, { dates, inputs: inputs.map(whole), token: scope.randomId() });
  try {
    if (chunk === undefined) refuseHopeless({ narrow, wide });
    const differing = await differencesBetween(scope, { narrow, wide }, dates);
    if (differing.size > 0)
      return await findingsOf({ ...scope, inputs, wide, token: scope.randomId() }, differing);
    return unexplained(
      scope,
      chunk ? await differencesBetween(scope, { narrow: chunk, wide }, dates) : differing,
    );
  } finally {
    await removeStage(scope.warehouse, wide.names);
  }
}

/** Without a cell that has computed a date, nothing is known of one that fails whatever it sees. */
function refuseHopeless({ narrow, wide }: { readonly narrow: Trial; readonly wide: Trial }): void {
  for (const [date, fault] of narrow.failed) {
    if (wide.failed.has(date)) throw fault;
  }
}

type Differences = ReadonlyMap<CalendarDate, Difference>;

async function differencesBetween(
  scope: AuditScope,
  trials: { readonly narrow: Trial; readonly wide: Trial },
  dates: readonly CalendarDate[],
): Promise<Differences> {
  const differing = new Map<CalendarDate, Difference>();
  for (const date of dates) {
    const difference = await differenceOf(scope, trials, date);
    if (difference !== undefined) differing.set(date, difference);
  }
  return differing;
}

/** The first difference, without an edge that it comes from. */
function unexplained({ processor }: AuditScope, differing: Differences): readonly WindowFinding[] {
  return [...differing]
    .slice(0, 1)
    .map(([date, difference]) => ({ processor: processor.id, edge: undefined, date, difference }));
}

type NarrowTrials = AuditScope & {
  readonly inputs: readonly Input[];
  readonly wide: Trial;
  /** Of the stage in which something is tried. */
  readonly token: string;
};

/** What is found of each edge by itself, or of none. */
async function findingsOf(trials: NarrowTrials, differing: Differences): Promise<readonly WindowFinding[]> {
  const { inputs, runbook, calendar, processor, warehouse } = trials;
  const edges = await narrowEdges(inputs, {
    dates: [...differing.keys()].slice(processor.step.kind === "command" ? -1 : 0),
    daysBefore: daysSinceStart(runbook, calendar),
    tryReaches: (tried, reaches) => tryReaches(trials, tried, reaches),
  });
  const { ledger } = runbook;
  await removeStage(warehouse, warehouse.dialect.stage.names({ ledger, token: trials.token }));
  const findings = edges.map((edge) => ({ processor: processor.id, ...edge }));
  return findings.length > 0 ? findings : unexplained(trials, differing);
}

/** How a date differs from what every row gives when one input shows some reaches and all others everything. */
async function tryReaches(
  trials: NarrowTrials,
  { input, date }: { readonly input: Input; readonly date: CalendarDate },
  reaches: readonly Reach[],
): Promise<Difference | undefined> {
  const inputs = trials.inputs.map((other) => (other === input ? { ...input, reaches } : whole(other)));
  const narrow = await computeAlone(trials, { dates: [date], inputs, token: trials.token });
  return differenceOf(trials, { narrow, wide: trials.wide }, date);
}
