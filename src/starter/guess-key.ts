import type { FoundTable } from "./found-table.ts";

/** Most combinations that are tried: each is a pass over the table. */
const mostTried = 60;
/** Columns of which combinations are made: those with the most values. */
const mostCombined = 10;
/** How far the number of values, which is an estimate, may be below the number of rows. */
const estimateShare = 0.8;

/** Types whose values name things. */
const naming: ReadonlySet<string> = new Set(["string", "int64", "date", "timestamp", "datetime", "bool"]);

/** The date of a row as part of a key, and the columns that it is made of, which add nothing to it. */
export type KeyDate = { readonly name: string; readonly values: number; readonly madeOf: readonly string[] };

/**
 * Columns that may name a row, the likeliest combination first: one column, then two, then three and four, those with
 * the date before the others. None holds NULL or floats, and none has too few values to tell the rows apart.
 */
export function keyCandidates(
  { columns, rows }: FoundTable,
  date: KeyDate | undefined,
): readonly (readonly string[])[] {
  const usable = columns
    .filter(({ type = "", nulls }) => (naming.has(type) || isWholeDecimal(type)) && nulls === 0)
    .filter(({ name }) => name !== date?.name && date?.madeOf.includes(name) !== true)
    .map(({ name, type = "string", distinct }) => ({ name, values: distinct, rank: rankOf(name, type) }));
  const most = usable.toSorted((left, right) => right.values - left.values).slice(0, mostCombined);
  const own = date === undefined ? [] : [{ name: date.name, values: date.values, rank: 0 }];
  const pools = [
    usable.map((column) => [column]),
    ...[1, 2, 3].flatMap((size) => {
      return [
        own.flatMap((first) => chosen(most, size).map((others) => [first, ...others])),
        chosen(most, size + 1),
      ];
    }),
  ];
  const wide = pools.flatMap((pool) =>
    pool
      .filter((some) => valuesOf(some) >= rows * estimateShare)
      .toSorted((left, right) => sumOfRanks(left) - sumOfRanks(right)),
  );
  return wide.slice(0, mostTried).map((some) => some.map(({ name }) => name));
}

type KeyColumn = { readonly name: string; readonly values: number; readonly rank: number };

/** Decimals without a fraction, as which some databases hold identifiers. */
function isWholeDecimal(type: string): boolean {
  return /^numeric\(\d+, ?0\)$/.test(type);
}

/** What is called an identifier is likelier than other texts, and those likelier than numbers and instants. */
function rankOf(name: string, type: string): number {
  if (/(?:^|_)(?:id|key|uuid|guid|code|no|number)$/.test(name)) return 0;
  if (type === "timestamp" || type === "datetime") return 3;
  return type === "int64" ? 2 : 1;
}

function sumOfRanks(columns: readonly KeyColumn[]): number {
  return columns.reduce((sum, { rank }) => sum + rank, 0);
}

/** As many rows as the columns can tell apart. */
function valuesOf(columns: readonly KeyColumn[]): number {
  return columns.reduce((product, { values }) => product * Math.max(1, values), 1);
}

/** Every choice of so many of the items, in their order. */
function chosen<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) =>
    chosen(items.slice(index + 1), size - 1).map((others) => [item, ...others]),
  );
}
