import { startOf } from "../domain/every.ts";
import { everyOf, ownDays } from "../plan/calendar/own-days.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { formatWindow } from "../domain/window.ts";
import { readState } from "../ledger/read-state.ts";
import { ledgerTable } from "../ledger/tables.ts";
import { ownReason } from "../plan/versions/own-reason.ts";
import type { Attempt, FrozenBy, RowContent, UnitReason, WarehouseState } from "../plan/plan.ts";
import { createSettledWindows } from "../plan/versions/settled-windows.ts";
import { emptyContent } from "../plan/versions/settlement.ts";
import { isStanding } from "../plan/versions/withdrawn.ts";
import { createFingerprints } from "../plan/versions/window-fingerprint.ts";
import { asOf, planStateRange } from "../plan/waivers/with-waivers.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { quoteName, quoteNames, quoteTable, storedRows } from "../sql/identifiers.ts";
import { populationRows } from "../sql/population.ts";
import { entityOf } from "../sql/stage.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Row, Statement, Warehouse } from "../warehouse/warehouse.ts";
import { stepParameters } from "../run/stage-dates.ts";

/** The chain of facts behind one partition, and behind one entity of it where asked for. */
export type Explanation = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly period: string;
  readonly content: RowContent;
  readonly attempt: Attempt | undefined;
  /** Why it is pending; undefined when it is settled and current. */
  readonly pending: UnitReason | undefined;
  /** The gate whose newest recorded look objects to it. */
  readonly heldBy: string | undefined;
  /** What has expired under it, so that it stays as it is. */
  readonly frozenBy: FrozenBy | undefined;
  readonly reads: readonly {
    readonly table: string;
    readonly window: string;
    readonly failures: boolean | "only";
  }[];
  readonly unsettled: readonly {
    readonly upstream: string;
    readonly dates: readonly CalendarDate[];
    /** There where only `last-games` shows them, which need not reach so far. */
    readonly mayDepend?: boolean;
  }[];
  /** Failures of the date by category. */
  readonly categories: readonly {
    readonly category: string;
    readonly entities: number;
    readonly example: string;
  }[];
  readonly entity: EntityExplanation | undefined;
  /** What tables of others, or of processors, differ from their declaration, one line each. */
  readonly drift: readonly string[];
};

/** What stands of one entity on the date: expected or not, its row, its failure. */
export type EntityExplanation = {
  readonly entity: string;
  /** Null where no population says it. */
  readonly isExpected: boolean | null;
  readonly row: Row | undefined;
  /** What each processor recorded for the same entity on the same date. */
  readonly failures: readonly {
    readonly processor: string;
    readonly category: string;
    readonly reason: string;
  }[];
};

/** Reads the facts behind the partition that a date belongs to; writes nothing. */
export async function explainPartition(
  warehouse: Warehouse,
  request: Asked & { readonly entity: string | undefined; readonly today: CalendarDate },
): Promise<Explanation> {
  const { runbook, processor, entity, today } = request;
  const date = startOf(everyOf(processor), request.date);
  const found = await readState(warehouse, runbook, planStateRange(runbook, { from: date, to: date }));
  const { state } = asOf(runbook, found, today);
  const day = ownDays(state.calendar, everyOf(processor)).find((known) => known.date === date);
  return {
    processor: processor.id,
    date,
    period: day?.period ?? "not a calendar date",
    ...standingOf(processor, date, state),
    reads: processor.reads.map(({ table, window, failures }) => ({
      table,
      window: formatWindow(window),
      failures,
    })),
    ...judge(runbook, processor, { state, date, isCalendarDate: day !== undefined }),
    categories: state.ledger.size === 0 ? [] : await readCategories(warehouse, { runbook, processor, date }),
    drift: state.drift ?? [],
    entity:
      entity === undefined ? undefined : await explainEntity(warehouse, { ...request, date, entity, state }),
  };
}

function standingOf(
  { id, table }: Processor,
  date: CalendarDate,
  { content, ledger, frozen, held }: WarehouseState,
): Pick<Explanation, "content" | "attempt" | "frozenBy" | "heldBy"> {
  return {
    content: content.get(table)?.get(date) ?? emptyContent,
    attempt: ledger.get(id)?.get(date)?.attempt,
    frozenBy: frozen?.get(id)?.get(date),
    heldBy: held.get(id)?.get(date),
  };
}

function judge(
  runbook: Runbook,
  processor: Processor,
  { state, date, isCalendarDate }: { state: WarehouseState; date: CalendarDate; isCalendarDate: boolean },
): Pick<Explanation, "pending" | "unsettled"> {
  if (!isCalendarDate) {
    const isFrozen = state.frozen?.get(processor.id)?.has(date) === true;
    const isWithdrawn = !isFrozen && isStanding(processor, date, state);
    return { pending: isWithdrawn ? { kind: "withdrawn" } : undefined, unsettled: [] };
  }
  const fingerprints = createFingerprints(runbook, state);
  const gaps = createSettledWindows(runbook, state).unsettledUpstreamOf(processor.id, date);
  return {
    pending: ownReason(processor, date, { state, fingerprints }),
    unsettled: gaps.map(({ processor: id, table, dates, mayDepend }) => ({
      upstream: id ?? table,
      dates,
      ...(mayDepend ? { mayDepend } : {}),
    })),
  };
}

const categoryShape = { failure_category: typed.text, entities: typed.count, example: typed.text };

type Asked = { readonly runbook: Runbook; readonly processor: Processor; readonly date: CalendarDate };

async function readCategories(
  warehouse: Warehouse,
  { runbook, processor, date }: Asked,
): Promise<Explanation["categories"]> {
  const statement: Statement = {
    sql: `select failure_category, count(*) as entities, min(entity_id) as example
from ${failuresView(warehouse, runbook)}
where processor_name = @processor_name and analysis_date = @analysis_date
group by 1
order by 2 desc, 1`,
    parameters: {
      processor_name: { type: "string", value: processor.id },
      analysis_date: { type: "date", value: date },
    },
    purpose: `read the failures of ${processor.id} on ${date}`,
  };
  const rows = await queryRows(warehouse, statement, categoryShape);
  return rows.map(({ failure_category: category, entities, example }) => ({ category, entities, example }));
}

async function explainEntity(
  warehouse: Warehouse,
  { runbook, processor, date, entity, state }: Asked & { entity: string; state: WarehouseState },
): Promise<EntityExplanation> {
  const { dialect } = warehouse;
  const parameters = {
    ...stepParameters(runbook, { processor, dates: [date] }),
    entity: { type: "string", value: entity },
  } as const;
  const counting = {
    sql: `select count(*) as members from (\n${populationRows(dialect, processor)}\n) as population where entity_id = @entity and analysis_date = @start_date`,
    parameters,
    purpose: `look up ${entity} in the population`,
  };
  const [counted] =
    processor.population === undefined ? [] : await queryRows(warehouse, counting, { members: typed.count });
  const hasTable = state.content.has(processor.table);
  const rows = hasTable
    ? await warehouse.query({
        sql: `select ${quoteNames(
          dialect,
          processor.columns.map(({ name }) => name),
        )} from ${storedRows(dialect, processor.table)} where ${quoteName(dialect, processor.dateColumn)} = @start_date and ${entityOf(dialect, processor)} = @entity`,
        parameters,
        purpose: `look up ${entity} in ${processor.table}`,
      })
    : [];
  const failures =
    state.ledger.size === 0 ? [] : await readEntityFailures(warehouse, { runbook, date, entity });
  const isExpected = processor.population === undefined ? null : (counted?.members ?? 0) > 0;
  return { entity, isExpected, row: rows[0], failures };
}

const entityFailureShape = {
  processor_name: typed.text,
  failure_category: typed.text,
  failure_reason: typed.text,
};

async function readEntityFailures(
  warehouse: Warehouse,
  { runbook, date, entity }: { runbook: Runbook; date: CalendarDate; entity: string },
): Promise<EntityExplanation["failures"]> {
  const statement: Statement = {
    sql: `select processor_name, failure_category, failure_reason
from ${failuresView(warehouse, runbook)}
where analysis_date = @analysis_date and entity_id in (@entity, 'DATE_LEVEL')`,
    parameters: { analysis_date: { type: "date", value: date }, entity: { type: "string", value: entity } },
    purpose: `read the failures of ${entity}`,
  };
  const rows = await queryRows(warehouse, statement, entityFailureShape);
  const order = runbook.processors.map(({ id }) => id);
  return rows
    .map((row) => ({
      processor: row.processor_name,
      category: row.failure_category,
      reason: row.failure_reason,
    }))
    .toSorted((left, right) => order.indexOf(left.processor) - order.indexOf(right.processor));
}

function failuresView(warehouse: Warehouse, runbook: Runbook): string {
  return quoteTable(warehouse.dialect, ledgerTable(runbook.ledger, "precompute_failures"));
}
