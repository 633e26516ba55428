import type { ColumnType } from "../domain/column.ts";
import type { DateOrigin, FoundColumn, FoundTable, Guess, MadeDate } from "./found-table.ts";

/** How instants and numbers become dates where the SQL will run. */
export type DateSpelling = {
  readonly kind: MadeDate["kind"];
  readonly column: (written: string) => string;
  readonly fromParts: (year: string, month: string, day: string) => string;
};

/** Dates that are likely to say when a row happened, the likeliest first. */
const likelyDates: readonly RegExp[] = [/^(?:date|day|ds|dt)$/, /_(?:date|day|dt)$|^date_/, /./];
const likelyInstants: readonly RegExp[] = [
  /^(?:event|order|creat|happen|start|sent|occur)\w*(?:at|ts|time|timestamp|on)$/,
  /(?:_at|_ts|_time|_on|timestamp)$|^ts$|^time$/,
  /./,
];
/** Dates of something else than the row's own event. */
const unlikely =
  /birth|updat|modif|chang|delet|expir|due|until|valid|(?:^|_)(?:end|ended|load|loaded|ingested|processed|to)(?:_|$)/;

/**
 * Where the date of a row may come from, the likeliest first: columns of dates, then instants as dates, then year, month
 * and day. Columns with NULL are none: they stand in `tried`.
 */
export function dateCandidates(
  { columns, rows }: FoundTable,
  spelling: DateSpelling | undefined,
): { readonly candidates: readonly Guess<DateOrigin>[]; readonly tried: readonly string[] } {
  const dates = ranked(columnsOf(columns, ["date"]), likelyDates);
  const instants = ranked(columnsOf(columns, ["timestamp", "datetime"]), likelyInstants);
  const parts = spelling === undefined ? [] : partsOf(columns);
  const names = new Set(columns.map(({ name }) => name));
  const tried = [...dates, ...instants].map(({ name, nulls }) =>
    nulls > 0 ? `${name} (NULL in ${nulls} of ${rows} rows)` : name,
  );
  const made =
    spelling === undefined
      ? []
      : [...daysOf(spelling, instants), ...parts.map((found) => ofParts(spelling, found))];
  return {
    candidates: [
      ...full(dates).map(({ name }): Guess<DateOrigin> => ({
        value: { kind: "column", name },
        why: whyOf("a date", name, dates),
      })),
      ...made.map(({ value, why }) => ({ value: { ...value, name: freeName(value.name, names) }, why })),
    ],
    tried: [...tried, ...(parts.length > 0 ? [] : ["year, month and day"])],
  };
}

function daysOf(spelling: DateSpelling, instants: readonly FoundColumn[]): readonly Guess<MadeDate>[] {
  return full(instants).map(({ name, written }) => ({
    value: {
      kind: spelling.kind,
      sql: `cast(${spelling.column(written)} as date)`,
      name: dateNameOf(name),
      of: [],
    },
    why: whyOf(`the day of ${name}, there is no column of dates`, name, instants),
  }));
}

function ofParts(spelling: DateSpelling, parts: readonly FoundColumn[]): Guess<MadeDate> {
  const [year = "", month = "", day = ""] = parts.map(({ written }) => spelling.column(written));
  return {
    value: {
      kind: spelling.kind,
      sql: spelling.fromParts(year, month, day),
      name: "date",
      of: parts.map(({ name }) => name),
    },
    why: `made of ${parts.map(({ name }) => name).join(", ")}`,
  };
}

function columnsOf(columns: readonly FoundColumn[], types: readonly ColumnType[]): readonly FoundColumn[] {
  return columns.filter(({ type }) => type !== undefined && types.includes(type));
}

function full(columns: readonly FoundColumn[]): readonly FoundColumn[] {
  return columns.filter(({ nulls }) => nulls === 0);
}

function ranked(columns: readonly FoundColumn[], likely: readonly RegExp[]): readonly FoundColumn[] {
  function rank({ name }: FoundColumn): number {
    const place = likely.findIndex((pattern) => pattern.test(name));
    return place + (unlikely.test(name) ? likely.length : 0);
  }
  return columns.toSorted((left, right) => rank(left) - rank(right));
}

function whyOf(what: string, name: string, all: readonly FoundColumn[]): string {
  const others = all.filter((column) => column.name !== name).map((column) => column.name);
  return others.length === 0 ? what : `${what}; others are ${others.join(", ")}`;
}

/** `created_at` → `created_date`. */
function dateNameOf(name: string): string {
  const stem = name.replace(/_?(?:at|ts|time|timestamp|on|datetime)$/, "");
  return stem === "" ? "date" : `${stem}_date`;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  return ["row_date", "partition_date"].find((name) => !taken.has(name)) ?? `${wanted}_of_row`;
}

const partNames = [
  /^(?:\w+_)?(?:year|yr|yyyy)$/,
  /^(?:\w+_)?(?:month|mon|mm)$/,
  /^(?:\w+_)?(?:day|day_of_month|dd)$/,
];

function partsOf(columns: readonly FoundColumn[]): readonly (readonly FoundColumn[])[] {
  const whole = columns.filter(({ type, nulls }) => type === "int64" && nulls === 0);
  const found = partNames.flatMap((pattern) => whole.filter(({ name }) => pattern.test(name)).slice(0, 1));
  return found.length === partNames.length ? [found] : [];
}
