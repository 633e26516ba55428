import type { CalendarDate } from "../domain/calendar-date.ts";
import type { AttemptHead, AttemptRow } from "../ledger/append-attempts.ts";
import type { Cell } from "../plan/plan.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { dropStage, stageNames, type StageNames } from "../sql/stage.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { classifyDates, type Knowledge } from "./classify-dates.ts";
import { commandSource } from "./command-step.ts";
import { blockRows, emptyAttempt } from "./block-rows.ts";
import { commitDates } from "./commit-dates.ts";
import { findMoved } from "./find-moved.ts";
import { isFinding, type CellResult, type DateOutcome, type RunEffects } from "./run-event.ts";
import { stageDates, type OutcomeSource, type StagedContent } from "./stage-dates.ts";

/** What all cells of one run share. */
export type CellContext = {
  readonly runbook: Runbook;
  readonly knowledge: Knowledge;
  readonly runId: string;
  readonly effects: RunEffects;
};

/**
 * Runs one cell: drops what is up to date, stages and checks what is free date by date, replaces the partitions that
 * hold and whose inputs have not moved, and records what became of all others, blocked dates included; a date that moved
 * leaves no trace. Never judges a budget. The number of statements does not grow with the dates.
 */
export async function runCell(warehouse: Warehouse, context: CellContext, cell: Cell): Promise<CellResult> {
  const startedAt = context.effects.now();
  const processor = context.runbook.processors.find(({ id }) => id === cell.processor);
  if (processor === undefined) throw new Error(`No processor "${cell.processor}"`);
  const classified = classifyDates(context.knowledge, processor, cell);
  const head = headOf(context, cell, startedAt);
  const blocked = blockRows(context.knowledge, processor.id, classified.blocked);
  const outcomes: DateOutcome[] = [
    ...classified.upToDate.map((date) => ({ kind: "up-to-date", date }) as const),
    ...classified.blocked.map(({ date, upstream }) => ({ kind: "blocked", date, upstream }) as const),
  ];
  if (classified.free.length > 0) {
    outcomes.push(
      ...(await computeDates(warehouse, { ...context, processor, head, blocked }, classified.free)),
    );
  } else {
    const nothing = { runbook: context.runbook, processor, names: undefined, committed: [], failed: [] };
    await commitDates(warehouse, {
      ...nothing,
      head: { ...head, finishedAt: context.effects.now() },
      blocked,
    });
  }
  learn(context.knowledge, processor, outcomes);
  const elapsedMs = context.effects.now().getTime() - startedAt.getTime();
  return { cell: cell.id, processor: processor.id, outcomes: sortByDate(outcomes), elapsedMs };
}

function headOf(context: CellContext, cell: Cell, startedAt: Date): AttemptHead {
  return {
    ledger: context.runbook.ledger,
    processor: cell.processor,
    attemptId: `${context.runId}/${cell.id}/${context.effects.randomId()}`,
    runId: context.runId,
    startedAt,
    finishedAt: startedAt,
  };
}

type ComputeContext = CellContext & {
  readonly processor: Processor;
  readonly head: AttemptHead;
  readonly blocked: readonly AttemptRow[];
};

async function computeDates(
  warehouse: Warehouse,
  context: ComputeContext,
  dates: readonly CalendarDate[],
): Promise<readonly DateOutcome[]> {
  const { runbook, processor, effects, knowledge, blocked } = context;
  const names = stageNames(warehouse.dialect, { ledger: runbook.ledger, token: effects.randomId() });
  await using source = await outcomeSource(warehouse, context);
  const request = { runbook, processor, names, source: source.query };
  const { violations, contentOn } = await stageDates(warehouse, request, dates);
  const moved = await findMoved(warehouse, context, dates);
  const good = dates.filter((date) => !violations.has(date) && !moved.has(date));
  const bad = [...violations].filter(([date]) => !moved.has(date));
  const committed = good.map((date) =>
    committedRow(knowledge, processor, { date, content: contentOn(date) }),
  );
  const failed = bad.map(([date, error]): AttemptRow => ({
    ...emptyAttempt,
    ...builtFrom(knowledge, processor, date),
    date,
    status: "failed",
    error,
  }));
  const head = { ...context.head, finishedAt: effects.now() };
  await commitDates(warehouse, { runbook, processor, names, head, committed, failed, blocked });
  await removeStage(warehouse, names);
  knowledge.fingerprints.update(
    processor.id,
    new Map(
      good.map((date) => [date, { content: contentOn(date).rows, failures: contentOn(date).failures }]),
    ),
  );
  return [
    ...committed.map(({ date, rows, failures }) => ({ kind: "committed", date, rows, failures }) as const),
    ...bad.map(([date, error]) => ({ kind: "failed", date, error }) as const),
    ...[...moved].map(([date, upstream]) => ({ kind: "moved", date, upstream }) as const),
  ];
}

async function outcomeSource(
  warehouse: Warehouse,
  { runbook, processor, effects, knowledge }: ComputeContext,
): Promise<AsyncDisposable & { readonly query: OutcomeSource }> {
  const { step } = processor;
  if (step.kind === "command") {
    return commandSource(warehouse, {
      runbook,
      processor,
      step,
      calendar: knowledge.state.calendar,
      effects,
    });
  }
  const { text } = step.sql;
  return { query: () => Promise.resolve(text), [Symbol.asyncDispose]: () => Promise.resolve() };
}

function committedRow(
  knowledge: Knowledge,
  processor: Processor,
  { date, content }: { readonly date: CalendarDate; readonly content: StagedContent },
): AttemptRow {
  return {
    date,
    status: "committed",
    rows: content.rows.rows,
    failures: content.failures.rows,
    ...builtFrom(knowledge, processor, date),
    rowsVersion: content.rows.version,
    failuresVersion: content.failures.version,
    error: undefined,
  };
}

/** What an attempt started from, also when it failed: until that changes it would fail again. */
function builtFrom(
  { fingerprints }: Knowledge,
  { id }: Processor,
  date: CalendarDate,
): Pick<AttemptRow, "definition" | "inputs"> {
  return { definition: fingerprints.definitionOf(id), inputs: fingerprints.inputsOf(id, date) };
}

async function removeStage(warehouse: Warehouse, names: StageNames): Promise<void> {
  for (const sql of dropStage(warehouse.dialect, names)) {
    await warehouse.query({ sql, purpose: "drop the stage" });
  }
}

/** Carries what became of the dates into what later cells see. */
function learn(knowledge: Knowledge, processor: Processor, outcomes: readonly DateOutcome[]): void {
  knowledge.windows.update(processor.id, new Map(outcomes.map(({ kind, date }) => [date, !isFinding(kind)])));
}

function sortByDate(outcomes: readonly DateOutcome[]): readonly DateOutcome[] {
  return outcomes.toSorted((left, right) => (left.date < right.date ? -1 : 1));
}
