import * as fc from "fast-check";
import {
  addDays,
  parseCalendarDate,
  type CalendarDate,
  type DateRange,
} from "../../src/domain/calendar-date.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import type { Window } from "../../src/domain/window.ts";
import type {
  Edge,
  FailureCategory,
  Processor,
  Runbook,
  Source,
  RecoveryRule,
} from "../../src/runbook/runbook.ts";

/** An edge of a random cascade: which table before it, and what of it. */
export type EdgeShape = { readonly back: number; readonly window: Window; readonly failures: boolean };

/** A random cascade: what each processor reads, and on which of the days there are rows. */
export type CascadeShape = {
  readonly processors: readonly (readonly EdgeShape[])[];
  /** Day offsets that are on the calendar, ascending; from the tenth on they are another season. */
  readonly offsets: readonly number[];
  /** Raw rows that are absent when the cascade is first run, by calendar position and shop. */
  readonly gaps: readonly { readonly at: number; readonly shop: number }[];
};

const firstDay = parseCalendarDate("2024-03-01") ?? failDate();
const place = { file: "runbook.yml", line: 1, column: 1 };
const shops = ["a", "b", "c"];
const days = 16;

/** The shops of every cascade. */
export const shopNames: readonly string[] = shops;

/** All days of every cascade. */
export const cascadeRange: DateRange = { from: firstDay, to: addDays(firstDay, days - 1) };

const windows: fc.Arbitrary<Window> = fc.oneof(
  fc.constant<Window>({ kind: "same-date" }),
  fc.integer({ min: 1, max: 5 }).map((days): Window => ({ kind: "previous-days", days })),
  fc.integer({ min: 1, max: 3 }).map((rows): Window => ({ kind: "last-games", rows })),
  fc.constant<Window>({ kind: "season-to-date" }),
);

/** Up to four processors, each reading up to two tables before it through windows of every kind. */
export const cascadeShapes: fc.Arbitrary<CascadeShape> = shapesOf({ processors: 4, dates: 10 });

/** The same with two processors: one reads raw rows, one may read the other. */
export const smallShapes: fc.Arbitrary<CascadeShape> = shapesOf({ processors: 2, dates: 6 });

/** Cascades of at most so many processors and dates. */
export function shapesOf(most: {
  readonly processors: number;
  readonly dates: number;
}): fc.Arbitrary<CascadeShape> {
  return fc.record({
    processors: fc.array(
      fc.array(fc.record({ back: fc.nat(4), window: windows, failures: fc.boolean() }), {
        minLength: 1,
        maxLength: 2,
      }),
      { minLength: 2, maxLength: most.processors },
    ),
    offsets: fc
      .uniqueArray(fc.nat(days - 1), { minLength: 5, maxLength: most.dates })
      .map((offsets) => offsets.toSorted((left, right) => left - right)),
    gaps: fc.array(fc.record({ at: fc.nat(9), shop: fc.nat(2) }), { maxLength: 4 }),
  });
}

/** Calendar dates of a shape. */
export function datesOf({ offsets }: CascadeShape): readonly CalendarDate[] {
  return offsets.map((offset) => addDays(firstDay, offset));
}

const openings: Source = {
  ...checked("raw.openings", [
    { name: "day", type: "date" },
    { name: "shop", type: "string" },
  ]),
  phase: 1,
  minimumRows: "1",
  required: true,
  volume: "warn",
};

const raw: Source = {
  ...checked("raw.sales", [
    { name: "day", type: "date" },
    { name: "shop", type: "string" },
    { name: "amount", type: "int64" },
  ]),
  phase: 1,
  minimumRows: "0",
  required: false,
  volume: "warn",
};

const calendarTable = tableOf("book.calendar");

/** The runbook of a shape: every processor sums what is inside its windows, so that no change in a window is lost. */
export function cascadeOf({ processors }: CascadeShape): Runbook {
  return {
    name: "random",
    title: "Random",
    description: "A random cascade",
    owner: "tests",
    timeZone: "UTC",
    ledger: "book",
    folder: "runbooks/random",
    parameters: [],
    calendar: {
      table: calendarTable,
      dateColumn: "day",
      seasonColumn: "season",
      columns: [
        { name: "day", type: "date" },
        { name: "season", type: "int64" },
      ],
      origin: {
        kind: "query",
        sql: {
          file: "calendar.sql",
          text: `select distinct day, case when day < date '${addDays(firstDay, 10)}' then 1 else 2 end as season from raw.openings`,
        },
        reads: [{ table: openings.table, window: undefined }],
      },
    },
    periods: [],
    phases: [],
    sources: [openings, raw],
    processors: processors.map((edges, number) => processorOf(number, edges)),
    categories: [category("NO_HISTORY", false), category("MISSING_UPSTREAM", true)],
    budgets: [],
    gates: [],
    recovery: tree,
    causes: [],
    waivers: [],
    load: undefined,
    sample: undefined,
  };
}

const running = { because: "the test says so", place };
const tree: readonly RecoveryRule[] = [
  { ...running, id: "upstream", when: { upstream: ["unsettled"] }, decision: "backfill-upstream-first" },
  {
    ...running,
    id: "build",
    when: { state: ["missing", "failed", "blocked", "content-differs", "out-of-date"] },
    decision: "rerun",
  },
  {
    ...running,
    id: "clean",
    when: { contamination: ["partial", "no-data", "contaminated"] },
    decision: "rerun",
  },
  { ...running, id: "look", when: { state: ["untracked"] }, decision: "investigate" },
  { ...running, id: "unclear", when: { contamination: ["check-failed"] }, decision: "investigate" },
  { ...running, id: "accept", when: {}, decision: "accept" },
];

function processorOf(number: number, shapes: readonly EdgeShape[]): Processor {
  const id = `P${number}`;
  const inputs = shapes.map(({ back, window, failures }) => {
    const of = back % (number + 1);
    const isRaw = of === number;
    return { id: isRaw ? "raw" : `P${of}`, window, failures: failures && !isRaw };
  });
  const edges = inputs.map(({ id: input, window, failures }): Edge => ({
    table: tableOf(input === "raw" ? "raw.sales" : `book.${input.toLowerCase()}`),
    window,
    failures,
    origin: "reads",
  }));
  return {
    ...checked(`book.${id.toLowerCase()}`, [
      { name: "day", type: "date" },
      { name: "shop", type: "string" },
      { name: "total", type: "int64" },
    ]),
    id,
    title: id,
    phase: 2,
    entity: ["shop"],
    reads: [
      ...edges,
      { table: openings.table, window: { kind: "same-date" }, failures: false, origin: "population" },
      ...[{ kind: "same-date" } as const, ...inputs.map(({ window }) => window)].map((window) => ({
        table: calendarTable,
        window,
        failures: false,
        origin: "calendar" as const,
      })),
    ],
    population: {
      id: "OPEN",
      title: "Open shops",
      sql: {
        file: "population.sql",
        text: "select day as analysis_date, shop as entity_id from raw.openings where day between @start_date and @end_date",
      },
      reads: [{ table: openings.table, window: undefined }],
    },
    leadIn: true,
    parameters: [],
    step: { kind: "sql", sql: { file: `${id}.sql`, text: stepOf(inputs) } },
    relations: [],
    definition: `${id} ${JSON.stringify(inputs)}`,
  };
}

type Input = { readonly id: string; readonly window: Window; readonly failures: boolean };

/** Sums over every input's window, and failures where the first input has no row in its window. */
function stepOf(inputs: readonly Input[]): string {
  const sides = inputs.map((input, index) => sideOf(input, index)).join("\n  union all\n");
  return `with member as (
  select openings.day, openings.shop, calendar.season
  from raw.openings as openings
  join book.calendar as calendar on calendar.day = openings.day
  where openings.day between @start_date and @end_date
),
side as (
${sides}
),
summed as (
  select day, shop, sum(part) as total, sum(of_first) as of_first from side group by 1, 2
)
select
  member.day,
  member.shop,
  case when coalesce(summed.of_first, 0) > 0 then cast(coalesce(summed.total, 0) as int64) end as total,
  case when coalesce(summed.of_first, 0) = 0 then 'NO_HISTORY' end as failure_category,
  case when coalesce(summed.of_first, 0) = 0 then 'nothing in the window' end as failure_reason
from member
left join summed on summed.day = member.day and summed.shop = member.shop`;
}

function sideOf({ id, window, failures }: Input, index: number): string {
  const [table, amount] = id === "raw" ? ["raw.sales", "amount"] : [`book.${id.toLowerCase()}`, "total"];
  const factor = [3, 7][index] ?? 1;
  const rows = `  select member.day, member.shop, ${factor} * input.${amount} as part, ${index === 0 ? 1 : 0} as of_first
  from member
  join ${table} as input on input.shop = member.shop and ${inWindow("input.day", window)}
  join book.calendar as input_calendar on input_calendar.day = input.day and input_calendar.season = member.season${
    window.kind === "last-games"
      ? `\n  qualify row_number() over (partition by member.day, member.shop order by input.day desc) <= ${window.rows}`
      : ""
  }`;
  if (!failures) return rows;
  return `${rows}
  union all
  select member.day, member.shop, 1 as part, 0 as of_first
  from member
  join book.precompute_failures as failure
    on failure.processor_name = '${id}' and failure.entity_id = member.shop
    and ${inWindow("failure.analysis_date", window)}
  join book.calendar as input_calendar
    on input_calendar.day = failure.analysis_date and input_calendar.season = member.season`;
}

function inWindow(day: string, window: Window): string {
  if (window.kind === "same-date") return `${day} = member.day`;
  if (window.kind !== "previous-days") return `${day} < member.day`;
  return `${day} < member.day and ${day} >= member.day - interval ${window.days} day`;
}

/** Statements that fill the raw tables of a shape, but for its gaps. */
export function rawRowsOf(shape: CascadeShape): readonly string[] {
  const dates = datesOf(shape);
  function isGap(at: number, shop: number): boolean {
    return shape.gaps.some((gap) => gap.at % dates.length === at && gap.shop === shop);
  }
  const openingRows = dates.flatMap((date) => shops.map((shop) => `(date '${date}', '${shop}')`));
  const salesRows = dates.flatMap((date, at) =>
    shops.flatMap((shop, index) => (isGap(at, index) ? [] : [saleOf(date, shop, at * 17 + index * 5 + 1)])),
  );
  return [
    `insert into raw.openings values ${openingRows.join(", ")}`,
    ...(salesRows.length === 0 ? [] : [`insert into raw.sales values ${salesRows.join(", ")}`]),
  ];
}

/** Values of one raw row. */
export function saleOf(date: string, shop: string, amount: number): string {
  return `(date '${date}', '${shop}', ${amount})`;
}

function checked(name: string, columns: Source["columns"]) {
  return {
    table: tableOf(name),
    dateColumn: "day",
    columns,
    key: ["day", "shop"],
    cluster: [],
    critical: [],
    distributions: [],
    place,
  };
}

function category(id: string, retryable: boolean): FailureCategory {
  const level = retryable ? "date" : "entity";
  return { id, level, meaning: id, retryable, action: id, zeroBudget: retryable };
}

function tableOf(text: string): TableId {
  const table = parseTableId(text);
  if (table === undefined) throw new Error(`No table: ${text}`);
  return table;
}

function failDate(): never {
  throw new Error("No date");
}
