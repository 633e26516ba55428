import type { CalendarDate } from "../domain/calendar-date.ts";
import type { AttemptHead, AttemptRow } from "../ledger/append-attempts.ts";
import { readCalendarDays } from "../ledger/read-calendar-days.ts";
import { emptyContent } from "../plan/versions/settlement.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { StageNames } from "../sql/dialect.ts";
import { createStage, fillNothing } from "../sql/stage.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { emptyAttempt } from "./block-rows.ts";
import type { Knowledge } from "./classify-dates.ts";
import { commitDates } from "./commit-dates.ts";
import type { Lease } from "./hold-lease.ts";
import type { DateOutcome, RunEffects } from "./run-event.ts";

/** What a withdrawal is made by. */
type WithdrawContext = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly knowledge: Knowledge;
  readonly head: AttemptHead;
  readonly effects: RunEffects;
  readonly claim: Lease["claim"];
};

/**
 * Replaces what stands of dates that have left the calendar, rows and failures, by nothing: one commit, as of any other
 * cell. The attempt has no inputs, so that a date which comes back is pending. A date that is back already has moved.
 */
export async function withdrawDates(
  warehouse: Warehouse,
  { runbook, processor, knowledge, head, effects, claim }: WithdrawContext,
  dates: readonly CalendarDate[],
): Promise<readonly DateOutcome[]> {
  const back = await readBack(warehouse, runbook);
  const left = dates.filter((date) => !back.has(date));
  const committed = left.map((date): AttemptRow => ({
    ...emptyAttempt,
    date,
    status: "committed",
    definition: knowledge.fingerprints.definitionOf(processor.id),
    error: undefined,
  }));
  const names = warehouse.dialect.stage.names({ ledger: runbook.ledger, token: effects.randomId() });
  await stageNothing(warehouse, { names, processor, dates });
  await commitDates(warehouse, {
    runbook,
    processor,
    names,
    head: { ...head, finishedAt: effects.now() },
    committed,
    failed: [],
    blocked: [],
    claim,
    isWithdrawal: true,
  });
  await removeStage(warehouse, names);
  const nothing = { content: emptyContent, failures: emptyContent };
  knowledge.fingerprints.update(processor.id, new Map(left.map((date) => [date, nothing])));
  return dates.map((date) =>
    back.has(date)
      ? { kind: "moved", date, upstream: [runbook.calendar.table] }
      : { kind: "committed", date, rows: 0, failures: 0 },
  );
}

/** Drops what a cell has staged. */
export async function removeStage(warehouse: Warehouse, names: StageNames): Promise<void> {
  for (const sql of warehouse.dialect.stage.drop(names)) {
    await warehouse.query({ sql, purpose: "drop the stage" });
  }
}

/** The calendar as it is now; nothing comes back in a warehouse that this process has for itself. */
async function readBack(warehouse: Warehouse, runbook: Runbook): Promise<ReadonlySet<CalendarDate>> {
  if (warehouse.exclusive) return new Set();
  return new Set((await readCalendarDays(warehouse, runbook)).map(({ date }) => date));
}

async function stageNothing(
  warehouse: Warehouse,
  {
    names,
    processor,
    dates,
  }: { readonly names: StageNames; readonly processor: Processor; readonly dates: readonly CalendarDate[] },
): Promise<void> {
  const { dialect } = warehouse;
  const head = {
    parameters: { dates: { type: "array<date>", value: dates } },
    purpose: `stage nothing for ${processor.id}`,
  } as const;
  for (const sql of createStage(dialect, names, processor)) {
    await warehouse.query({ sql, ...head });
  }
  await warehouse.execute(fillNothing(dialect, names, processor).map((sql) => ({ sql, ...head })));
}
