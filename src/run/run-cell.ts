import type { CalendarDate } from "../domain/calendar-date.ts";
import { formatDates } from "../domain/format.ts";
import type { AttemptHead, AttemptRow } from "../ledger/append-attempts.ts";
import { changeEntry } from "../ledger/recorded-changes.ts";
import { cutInputs, inputsOfProcessor } from "../plan/upstream/input-cut.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { isWithdrawal, type Cell } from "../plan/plan.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { StageNames } from "../sql/dialect.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { classifyDates, classifyWithdrawn, type Knowledge } from "./classify-dates.ts";
import { auditCell } from "./audit/audit-cell.ts";
import { blockRows, emptyAttempt } from "./block-rows.ts";
import { commitDates } from "./commit-dates.ts";
import { judgeChanges, type JudgedChanges } from "./diff/judge-changes.ts";
import { findEmptied } from "./find-emptied.ts";
import { findMoved } from "./find-moved.ts";
import { findNotDeterministic } from "./find-not-deterministic.ts";
import { holdLease, type Lease, type LeaseRequest } from "./hold-lease.ts";
import { isFinding, type CellResult, type DateOutcome, type RunEffects } from "./run-event.ts";
import { retryingOf } from "./retry-step.ts";
import { removeStage, withdrawDates } from "./withdraw-dates.ts";
import { useSession } from "./use-session.ts";
import { openOutcomes } from "./outcome-source.ts";
import { stageDates, type Staged, type StagedContent } from "./stage-dates.ts";

/** What all cells of one run share. */
export type CellContext = {
  /** What an interruption of the cell's session leaves usable. */
  readonly root: Warehouse;
  readonly runbook: Runbook;
  readonly knowledge: Knowledge;
  readonly runId: string;
  readonly effects: RunEffects;
  /** Whether rows may be replaced by none because a source holds nothing any more. */
  readonly allowEmpty?: boolean;
};

/**
 * Runs one cell in a session of its own: drops what is up to date, stages and checks what is free date by date, replaces the partitions that
 * hold and whose inputs have not moved, and records what became of all others, blocked dates included; a date that moved
 * leaves no trace. A cell of dates that have left the calendar replaces them by nothing. Never judges a budget. The number of statements does not grow with the dates. Where several processes
 * can write, it holds a lease meanwhile; dates that another run is at are blocked, and left to it. Fault: lease-lost.
 */
export async function runCellAlone(context: CellContext, cell: Cell): Promise<CellResult> {
  const { root, runId, effects } = context;
  const attempt = effects.randomId();
  const labels = { processor: cell.processor, run: runId, attempt };
  const { signal } = effects;
  return useSession(root, { signal, labels }, (session) => runCell(session, { ...context, attempt }, cell));
}

type AttemptContext = CellContext & { readonly attempt: string };

async function runCell(warehouse: Warehouse, context: AttemptContext, cell: Cell): Promise<CellResult> {
  const startedAt = context.effects.now();
  const processor = context.runbook.processors.find(({ id }) => id === cell.processor);
  if (processor === undefined) throw new Error(`No processor "${cell.processor}"`);
  const isWithdrawn = isWithdrawal(cell);
  const classified = isWithdrawn
    ? classifyWithdrawn(context.knowledge, processor, cell)
    : classifyDates(context.knowledge, processor, cell);
  const head = headOf(context, cell, startedAt);
  const blocked = blockRows(context.knowledge, processor.id, classified.blocked);
  const outcomes: DateOutcome[] = [
    ...classified.upToDate.map((date) => ({ kind: "up-to-date", date }) as const),
    ...classified.blocked.map(({ date, upstream }) => ({ kind: "blocked", date, upstream }) as const),
  ];
  if (classified.free.length + blocked.length > 0) {
    const dates = [...classified.free, ...blocked.map(({ date }) => date)];
    await using lease = await holdLease(warehouse, leaseRequestOf(context, head, dates));
    const computing = { ...context, processor, head, blocked, claim: lease.claim };
    const compute = isWithdrawn ? withdrawDates : computeDates;
    const computed =
      lease.heldBy === undefined
        ? await compute(warehouse, computing, classified.free)
        : leftToOther(lease.heldBy, classified.free);
    outcomes.push(...computed);
    if (blocked.length > 0 || computed.some(({ kind }) => kind !== "moved")) lease.end();
  }
  learn(context.knowledge, processor, outcomes);
  const elapsedMs = context.effects.now().getTime() - startedAt.getTime();
  return { cell: cell.id, processor: processor.id, outcomes: sortByDate(outcomes), elapsedMs };
}

/** Dates that another run is at. */
function leftToOther(lease: string, dates: readonly CalendarDate[]): readonly DateOutcome[] {
  return dates.map((date) => ({ kind: "blocked", date, upstream: [], lease }));
}

function headOf(context: AttemptContext, cell: Cell, startedAt: Date): AttemptHead {
  return {
    ledger: context.runbook.ledger,
    processor: cell.processor,
    attemptId: `${context.runId}/${cell.id}/${context.attempt}`,
    runId: context.runId,
    startedAt,
    finishedAt: startedAt,
  };
}

/** The lease on the periods of some dates. */
function leaseRequestOf(
  { root, runbook, effects, knowledge }: CellContext,
  head: AttemptHead,
  dates: readonly CalendarDate[],
): LeaseRequest {
  const own = new Set(dates);
  const days = allDays(runbook, knowledge.state.calendar).filter(({ date }) => own.has(date));
  const { ledger, processor, runId, attemptId } = head;
  const known = [...new Set(days.map(({ period }) => period))];
  const periods = known.length === 0 ? ["none"] : known;
  const claim = { ledger, processor, periods, token: attemptId, runId, holder: effects.holder };
  return { root, claim, randomId: effects.randomId };
}

type ComputeContext = CellContext & {
  readonly claim: Lease["claim"];
  readonly processor: Processor;
  readonly head: AttemptHead;
  readonly blocked: readonly AttemptRow[];
};

async function computeDates(
  warehouse: Warehouse,
  context: ComputeContext,
  dates: readonly CalendarDate[],
): Promise<readonly DateOutcome[]> {
  const { runbook, processor, effects, knowledge, blocked, claim } = context;
  if (dates.length === 0) return commitBlocks(warehouse, context);
  const names = warehouse.dialect.stage.names({ ledger: runbook.ledger, token: effects.randomId() });
  const inputs = inputsOfProcessor(runbook, processor.id);
  const { calendar } = knowledge.state;
  await using source = await openOutcomes(warehouse, { runbook, processor, calendar, effects });
  const sight = {
    token: effects.randomId(),
    cutsFor: (some: readonly CalendarDate[]) => cutInputs(runbook, { inputs, dates: some, calendar }),
  };
  const retrying = retryingOf(processor, effects);
  const request = { runbook, processor, names, source: source.query, sight, retrying };
  const { violations, contentOn } = await stageDates(warehouse, request, dates);
  const sound = dates.filter((date) => !violations.has(date));
  const audited = await auditCell(
    warehouse,
    { ...context, command: source.alone },
    { dates: sound, staged: { names, contentOn } },
  );
  const moved = await findMoved(warehouse, context, dates);
  const refusal = audited.refusalAt(moved);
  const unwelcome = await findUnwelcome(warehouse, { ...context, names }, { dates: sound, contentOn });
  const beside = (await source.changedBeside?.(dates)) ?? [];
  const good =
    refusal === undefined ? sound.filter((date) => !moved.has(date) && !unwelcome.objections.has(date)) : [];
  const refused = refusal === undefined ? [] : sound.map((date) => [date, refusal] as const);
  const bad = [...new Map([...violations, ...unwelcome.objections, ...refused])]
    .filter(([date]) => !moved.has(date))
    .map(([date, error]) => [date, effects.redact(withChanges(error, beside) ?? "")] as const);
  const rows = good.map((date) => committedRow(knowledge, processor, { date, content: contentOn(date) }));
  const odd = await findNotDeterministic(warehouse, { ...context, names }, rows);
  const committed = rows.map((row) => ({ ...row, finding: withChanges(odd.get(row.date), beside) }));
  const failed = bad.map(([date, error]) => failedRow(knowledge, processor, { date, error }));
  const head = { ...context.head, finishedAt: effects.now() };
  const kept = unwelcome.changes.filter(({ date }) => good.includes(date));
  const entries = [...audited.entries(head, good), ...changeEntry(warehouse, head, kept)];
  const rest = { blocked, claim, entries };
  await commitDates(warehouse, { runbook, processor, names, head, committed, failed, ...rest });
  await removeStage(warehouse, names);
  audited.remember(good);
  knowledge.fingerprints.update(
    processor.id,
    new Map(
      good.map((date) => [date, { content: contentOn(date).rows, failures: contentOn(date).failures }]),
    ),
  );
  // What they hold now is no longer what was committed: nothing may be built from it.
  knowledge.windows.update(processor.id, new Map(beside.map((date) => [date, false])));
  return [
    ...committed.map(committedOutcome),
    ...bad.map(([date, error]) => ({ kind: "failed", date, error }) as const),
    ...[...moved].map(([date, upstream]) => ({ kind: "moved", date, upstream }) as const),
  ];
}

/**
 * Dates that keep their contract, and would lose or change more than they may; and how those change that have a budget of
 * it. Of one that would be emptied nothing else is asked.
 */
async function findUnwelcome(
  warehouse: Warehouse,
  context: ComputeContext & { readonly names: StageNames },
  { dates, contentOn }: { readonly dates: readonly CalendarDate[] } & Pick<Staged, "contentOn">,
): Promise<JudgedChanges> {
  const { processor, allowEmpty = false } = context;
  const emptied = allowEmpty
    ? new Map<CalendarDate, string>()
    : findEmptied(context, processor, { dates, contentOn });
  const others = dates.filter((date) => !emptied.has(date));
  const { changes, objections } = await judgeChanges(warehouse, context, { dates: others, contentOn });
  return { changes, objections: new Map([...emptied, ...objections]) };
}

/** What was found of a date, and which others the command changed: an operator has to know both. */
function withChanges(found: string | undefined, beside: readonly CalendarDate[]): string | undefined {
  if (beside.length === 0) return found;
  const changed = `its command changed rows of other dates too, which are pending now: ${formatDates(beside)}`;
  return found === undefined ? changed : `${found}; ${changed}`;
}

function committedOutcome({ date, rows, failures, finding }: AttemptRow): DateOutcome {
  return { kind: "committed", date, rows, failures, ...(finding === undefined ? {} : { finding }) };
}

/** The commit of a cell without a free date. */
async function commitBlocks(
  warehouse: Warehouse,
  { runbook, processor, head, effects, blocked, claim }: ComputeContext,
): Promise<readonly DateOutcome[]> {
  const nothing = { names: undefined, committed: [], failed: [] };
  const ended = { ...head, finishedAt: effects.now() };
  await commitDates(warehouse, { runbook, processor, head: ended, ...nothing, blocked, claim });
  return [];
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

function failedRow(
  knowledge: Knowledge,
  processor: Processor,
  { date, error }: { readonly date: CalendarDate; readonly error: string },
): AttemptRow {
  return { ...emptyAttempt, ...builtFrom(knowledge, processor, date), date, status: "failed", error };
}

/** What an attempt started from, also when it failed: until that changes it would fail again. */
function builtFrom(
  { fingerprints }: Knowledge,
  { id }: Processor,
  date: CalendarDate,
): Pick<AttemptRow, "definition" | "inputs"> {
  return { definition: fingerprints.definitionOf(id), inputs: fingerprints.inputsOf(id, date) };
}

/** Carries what became of the dates into what later cells see. */
function learn(knowledge: Knowledge, processor: Processor, outcomes: readonly DateOutcome[]): void {
  knowledge.windows.update(processor.id, new Map(outcomes.map(({ kind, date }) => [date, !isFinding(kind)])));
}

function sortByDate(outcomes: readonly DateOutcome[]): readonly DateOutcome[] {
  return outcomes.toSorted((left, right) => (left.date < right.date ? -1 : 1));
}
