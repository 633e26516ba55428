import { dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import { findNeed, sufficientWindow, type Need } from "../../plan/audit/sufficient-window.ts";
import { windowsText, type Difference, type WindowFinding } from "../../plan/audit/window-finding.ts";
import { inputsOfProcessor, type Input, type Reach } from "../../plan/upstream/input-cut.ts";
import { startsOfSeasons } from "../../plan/upstream/window-range.ts";
import { removeStage } from "../withdraw-dates.ts";
import {
  computeAlone,
  computeTogether,
  differenceOf,
  trialOf,
  type AuditScope,
  type StagedCell,
  type Trial,
} from "./trial.ts";

/** On how many dates, the latest, it is tried which edge is too narrow. */
const mostTried = 3;

/**
 * Computes dates again, each alone: with exactly its windows, and with every row of what it reads. Where the two differ,
 * or a stage holds something else, the outcome rests on what is not declared. Nothing is stored.
 */
export async function auditAlone(
  scope: AuditScope,
  { dates, staged }: { readonly dates: readonly CalendarDate[]; readonly staged?: StagedCell | undefined },
): Promise<readonly WindowFinding[]> {
  const inputs = inputsOfProcessor(scope.runbook, scope.processor.id);
  const narrow = await computeAlone(scope, { dates, inputs, token: scope.randomId() });
  const wide = await computeAlone(scope, { dates, inputs: inputs.map(whole), token: scope.randomId() });
  const trials: NarrowTrials = { ...scope, inputs, wide, token: scope.randomId() };
  const differing = await differencesBetween(scope, { narrow, wide }, dates);
  const findings =
    differing.size > 0
      ? await findingsOf(trials, differing)
      : await chunkFindings(scope, { dates, staged, wide });
  for (const { names } of [narrow, wide]) await removeStage(scope.warehouse, names);
  return findings;
}

/**
 * Computes dates that were staged among many others again, by one statement that sees their windows only; `auditAlone`
 * says why where that gives something else. It costs a part of what the cell has cost.
 */
export async function auditTogether(
  scope: AuditScope,
  { dates, staged }: { readonly dates: readonly CalendarDate[]; readonly staged: StagedCell },
): Promise<readonly WindowFinding[]> {
  const inputs = inputsOfProcessor(scope.runbook, scope.processor.id);
  const narrow = await computeTogether(scope, { dates, inputs, token: scope.randomId() });
  const wide = await trialOf(scope, staged, dates);
  const differing = await differencesBetween(scope, { narrow, wide }, dates);
  await removeStage(scope.warehouse, narrow.names);
  if (differing.size === 0) return [];
  const findings = await auditAlone(scope, { dates, staged });
  return findings.length > 0 ? findings : unexplained(scope, differing);
}

/** An input of which every row is seen. */
function whole(input: Input): Input {
  return { ...input, reaches: [{ kind: "everything" }] };
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

/** A date that comes out alone as it does with every row, and otherwise together with the dates of its cell. */
async function chunkFindings(
  scope: AuditScope,
  { dates, staged, wide }: { dates: readonly CalendarDate[]; staged: StagedCell | undefined; wide: Trial },
): Promise<readonly WindowFinding[]> {
  if (staged === undefined) return [];
  const chunk = await trialOf(scope, staged, dates);
  return unexplained(scope, await differencesBetween(scope, { narrow: chunk, wide }, dates));
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

/** By edge: on which dates it alone is too narrow while every other one is seen whole. */
async function findingsOf(trials: NarrowTrials, differing: Differences): Promise<readonly WindowFinding[]> {
  const findings: WindowFinding[] = [];
  const dates = [...differing.keys()].slice(-mostTried);
  for (const input of trials.inputs) {
    const needs: { date: CalendarDate; need: Need; difference: Difference }[] = [];
    for (const date of dates) {
      const difference = await tryReaches(trials, { input, date }, input.reaches);
      if (difference !== undefined) needs.push({ date, need: await needOf(trials, input, date), difference });
    }
    const [first] = needs;
    if (first === undefined) continue;
    const { table, holds } = input;
    const suffices = sufficientWindow(needs.map(({ need }) => need));
    findings.push({
      processor: trials.processor.id,
      edge: { table, holds, declared: windowsText(input), suffices },
      date: first.date,
      difference: first.difference,
    });
  }
  await removeStage(
    trials.warehouse,
    trials.warehouse.dialect.stage.names({ ledger: trials.runbook.ledger, token: trials.token }),
  );
  return findings.length > 0 ? findings : unexplained(trials, differing);
}

async function needOf(trials: NarrowTrials, input: Input, date: CalendarDate): Promise<Need> {
  const start = startsOfSeasons(trials.calendar).get(date) ?? date;
  return findNeed(input.reaches, {
    daysBefore: dayNumber(date) - dayNumber(start),
    suffices: async (reaches) => (await tryReaches(trials, { input, date }, reaches)) === undefined,
  });
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
