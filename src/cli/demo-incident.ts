import type { CalendarDate } from "../domain/calendar-date.ts";
import type { Column } from "../domain/column.ts";
import type { CalendarDay } from "../plan/plan.ts";
import { upstreamsOf } from "../plan/upstream/upstream.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { quoteName, quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Parameter, Warehouse } from "../warehouse/warehouse.ts";

/** What the demo breaks, in words for people. */
export type Incident = { readonly text: string; readonly rows: number };

/**
 * Breaks two tables behind the engine's back: rows of one group vanish from a day that many later days read, and one
 * number of another table becomes another plausible number.
 */
export async function causeIncident(
  warehouse: Warehouse,
  runbook: Runbook,
  days: readonly CalendarDay[],
): Promise<readonly Incident[]> {
  const lost = mostRead(runbook);
  const poisoned = runbook.processors.find(
    (processor) => processor.phase > lost.phase && numberOf(processor) !== undefined,
  );
  const [early, late] = [dayAt(days, 1 / 3), dayAt(days, 2 / 3)];
  return [
    await loseRows(warehouse, lost, early),
    ...(poisoned === undefined ? [] : [await poisonNumber(warehouse, poisoned, late)]),
  ];
}

/** The processor of which most others read more than the date itself. */
function mostRead(runbook: Runbook): Processor {
  const readers = new Map<string, number>();
  for (const reads of upstreamsOf(runbook).values()) {
    for (const { edge, producer } of reads) {
      if (producer.kind !== "processor" || edge.window.kind === "same-date") continue;
      readers.set(producer.processor.id, (readers.get(producer.processor.id) ?? 0) + 1);
    }
  }
  const [first] = runbook.processors.toSorted(
    (left, right) => (readers.get(right.id) ?? 0) - (readers.get(left.id) ?? 0),
  );
  if (first === undefined) throw new Error("A runbook has processors");
  return first;
}

async function loseRows(warehouse: Warehouse, processor: Processor, date: CalendarDate): Promise<Incident> {
  const group = processor.cluster.find((column) => !processor.key.includes(column)) ?? processor.entity[0];
  if (group === undefined) throw new Error(`${processor.id} has no entity`);
  const { table, column, ofDate, parameters } = namesOf(warehouse, processor, { name: group, date });
  const choice = {
    sql: `select cast(${column} as string) as value, count(*) as row_count from ${table} where ${ofDate} group by 1 order by 1 limit 1`,
    parameters,
    purpose: "choose what to lose",
  };
  const [row] = await queryRows(warehouse, choice, { value: typed.text, row_count: typed.count });
  if (row === undefined) throw new Error(`${processor.table} has no rows on ${date}`);
  const { value, row_count: rows } = row;
  await warehouse.execute([
    {
      sql: `delete from ${table} where ${ofDate} and cast(${column} as string) = @value`,
      parameters: { ...parameters, value: { type: "string", value } },
      purpose: "lose rows",
    },
  ]);
  return { rows, text: `the ${rows} rows of ${group} ${value} vanish from ${processor.table} on ${date}` };
}

async function poisonNumber(
  warehouse: Warehouse,
  processor: Processor,
  date: CalendarDate,
): Promise<Incident> {
  const number = numberOf(processor);
  const entity = processor.entity[0];
  if (number === undefined || entity === undefined) throw new Error(`${processor.id} has no number`);
  const { table, column, ofDate, parameters } = namesOf(warehouse, processor, { name: number.name, date });
  const key = quoteName(warehouse.dialect, entity);
  const choice = {
    sql: `select cast(${key} as string) as entity, ${column} as value from ${table} where ${ofDate} and ${column} > 0 order by 1 limit 1`,
    parameters,
    purpose: "choose what to poison",
  };
  const [row] = await queryRows(warehouse, choice, { entity: typed.text, value: typed.float });
  if (row === undefined) throw new Error(`${processor.table} has no ${number.name} on ${date}`);
  const { entity: entityId, value: before } = row;
  const after = Number((before * 1.04).toFixed(number.decimals ?? 2));
  await warehouse.execute([
    {
      sql: `update ${table} set ${column} = @value where ${ofDate} and cast(${key} as string) = @entity`,
      parameters: {
        ...parameters,
        value: { type: "float64", value: after },
        entity: { type: "string", value: entityId },
      },
      purpose: "poison a number",
    },
  ]);
  const place = `${processor.table} for ${entityId} on ${date}`;
  return { rows: 1, text: `${number.name} in ${place} becomes ${after} instead of ${before}` };
}

/** The first column with a number that has bounds: a wrong value inside them is plausible. */
function numberOf({ columns }: Processor): Column | undefined {
  return columns.find(
    ({ type, nullable, min, max }) =>
      type === "float64" && nullable === undefined && min === 0 && max !== undefined,
  );
}

function namesOf(
  { dialect }: Warehouse,
  processor: Processor,
  { name, date }: { readonly name: string; readonly date: CalendarDate },
): {
  readonly table: string;
  readonly column: string;
  readonly ofDate: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
} {
  return {
    table: quoteTable(dialect, processor.table),
    column: quoteName(dialect, name),
    ofDate: `${quoteName(dialect, processor.dateColumn)} = @analysis_date`,
    parameters: { analysis_date: { type: "date", value: date } },
  };
}

function dayAt(days: readonly CalendarDay[], share: number): CalendarDate {
  const day = days[Math.floor(days.length * share)];
  if (day === undefined) throw new Error("The range has no calendar dates");
  return day.date;
}
