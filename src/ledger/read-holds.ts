import { isWithin, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import { startOf, type Every } from "../domain/every.ts";
import { everyOf, wholeRange } from "../plan/calendar/own-days.ts";
import type { WarehouseState } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { gateLooks } from "../sql/ledger-gates.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { HeldDates } from "./record-gates.ts";

const lookShape = {
  gate: typed.text,
  start_date: typed.date,
  end_date: typed.date,
  blocked_dates: typed.text,
  dated_detail: typed.nullable(typed.text),
};

/**
 * The partitions within `range` that a blocking gate of the runbook objects to, by its newest recorded look at the date;
 * one query. A gate that the runbook no longer has, or that only warns now, objects to nothing.
 */
export async function readHolds(
  warehouse: Warehouse,
  { gates, ledger, processors }: Pick<Runbook, "gates" | "ledger" | "processors">,
  range: DateRange,
): Promise<WarehouseState["held"]> {
  const blocking = new Set(gates.filter((gate) => gate.blocking).map(({ id }) => id));
  if (blocking.size === 0) return new Map();
  const statement = {
    sql: gateLooks(warehouse.dialect, ledger),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
    },
    purpose: "read what gates hold",
  } as const;
  const looks = await queryRows(warehouse, statement, lookShape);
  const byGate = Map.groupBy(
    looks.filter(({ gate }) => blocking.has(gate)),
    ({ gate }) => gate,
  );
  const everies = new Map(processors.map((processor) => [processor.id, everyOf(processor)]));
  const held = new Map<string, Map<CalendarDate, string>>();
  for (const [gate, own] of byGate) {
    for (const { processor, date } of standingOf(own, everies)) {
      const dates = held.get(processor) ?? new Map<CalendarDate, string>();
      held.set(processor, dates.set(date, dates.get(date) ?? gate));
    }
  }
  return held;
}

type Partition = { readonly processor: string; readonly date: CalendarDate };

/** What the looks of one gate, the newest last, leave held: a later look at a date takes back what was said of it. */
function standingOf(
  looks: readonly ShapedRow<typeof lookShape>[],
  everies: ReadonlyMap<string, Every>,
): readonly Partition[] {
  let standing: readonly Partition[] = [];
  for (const look of looks) {
    const range = { from: look.start_date, to: look.end_date };
    const dates = look.dated_detail === undefined ? undefined : datesOf(look.dated_detail);
    const kept = standing.filter(({ processor, date }) => {
      const every = everies.get(processor) ?? "day";
      const isLookedAt = dates?.some((own) => startOf(every, own) === date) ?? true;
      return !(isWithin(date, wholeRange(every, range)) && isLookedAt);
    });
    standing = [...kept, ...partitionsIn(JSON.parse(look.blocked_dates) as readonly HeldDates[])];
  }
  return standing;
}

function datesOf(detail: string): readonly CalendarDate[] {
  return (JSON.parse(detail) as { readonly dates: readonly CalendarDate[] }).dates;
}

function partitionsIn(held: readonly HeldDates[]): readonly Partition[] {
  return held.flatMap(({ processor, dates }) =>
    processor === undefined ? [] : dates.map((date) => ({ processor, date })),
  );
}
