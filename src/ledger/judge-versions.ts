import { isWithin, parseCalendarDate, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { RowContent } from "../plan/plan.ts";
import { typed, type ShapedRow } from "../warehouse/row-shape.ts";

/** What the engine says of a partition: its rows, and when rows were last written to it, in microseconds since 1970. */
export type PartitionMetadata = { readonly rows: number; readonly lastModified: number };

/** A row of what the engine says of a table: of one partition, or, with `partition_column`, of how it is partitioned. */
export const partitionShape = {
  partition_id: typed.nullable(typed.text),
  total_rows: typed.nullable(typed.count),
  last_modified: typed.nullable(typed.count),
  partition_column: typed.nullable(typed.text),
  keeps_deleted: typed.boolean,
};

/** A row as `partitionShape` reads it. */
export type PartitionRow = ShapedRow<typeof partitionShape>;

/** The partitions of one table by date. */
export type Partitions = ReadonlyMap<CalendarDate, PartitionMetadata>;

/** A version that was hashed, and what the engine said of the partition right before. */
export type KnownVersion = PartitionMetadata & { readonly hashTag: string; readonly version: string };

/** What is known without reading a table, and the dates that have to be hashed; `window`: all of them. */
export type VersionJudgement = {
  readonly kept: ReadonlyMap<CalendarDate, RowContent>;
  readonly hash: readonly CalendarDate[] | "window";
};

/**
 * The partitions that metadata rows of one table tell of. Undefined where they do not tell what its dates hold: when the
 * table is a view or no table, when it is not partitioned by `dateColumn` and day, where they may count rows that were
 * deleted, and while rows stand in the streaming buffer, which belongs to no date. A partition of rows without a date is left out: no window covers it.
 */
export function partitionsOf(rows: readonly PartitionRow[], dateColumn: string): Partitions | undefined {
  if (rows.some((row) => row.keeps_deleted)) return undefined;
  const columns = rows.flatMap((row) => row.partition_column ?? []);
  if (columns.length !== 1 || columns[0]?.toLowerCase() !== dateColumn) return undefined;
  const partitions = new Map<CalendarDate, PartitionMetadata>();
  for (const row of rows) {
    if (row.partition_column !== undefined || row.partition_id === "__NULL__") continue;
    const date = dateOfPartition(row.partition_id ?? "");
    const facts = factsOf(row);
    if (date === undefined || partitions.has(date) || facts === undefined) return undefined;
    partitions.set(date, facts);
  }
  return partitions;
}

/**
 * Decides which dates of a range have to be hashed. A known version is kept when the partition has the rows and the time
 * that the engine partitions right before it was hashed. That is sound: whatever adds or changes rows moves the time forward,
 * and what only removes rows makes them fewer, though it may leave the time (BigQuery says so). When both are as they
 * were, nothing has happened since they were partitions, so nothing between that and the hash either. A partition without
 * rows needs no hash; a version of another tag is none.
 */
export function judgeVersions({
  partitions,
  known,
  hashTag,
  range,
}: {
  readonly partitions: Partitions | undefined;
  readonly known: ReadonlyMap<CalendarDate, KnownVersion> | undefined;
  readonly hashTag: string;
  readonly range: DateRange;
}): VersionJudgement {
  const kept = new Map<CalendarDate, RowContent>();
  if (partitions === undefined) return { kept, hash: "window" };
  const hash: CalendarDate[] = [];
  for (const [date, facts] of partitions) {
    if (facts.rows === 0 || !isWithin(date, range)) continue;
    const version = known?.get(date);
    if (version?.hashTag === hashTag && isSame(version, facts)) {
      kept.set(date, { rows: version.rows, version: version.version });
    } else hash.push(date);
  }
  return { kept, hash: hash.toSorted() };
}

/**
 * What may be remembered of dates that were hashed after `partitions` had been partitions: nothing of a date whose rows are
 * not as many as partitions, since they changed in between or not all of them may be seen.
 */
export function rememberedVersions(
  hashed: ReadonlyMap<CalendarDate, RowContent>,
  { partitions, hashTag }: { readonly partitions: Partitions; readonly hashTag: string },
): ReadonlyMap<CalendarDate, KnownVersion> {
  const remembered = new Map<CalendarDate, KnownVersion>();
  for (const [date, { rows, version }] of hashed) {
    const facts = partitions.get(date);
    if (facts?.rows === rows) remembered.set(date, { ...facts, hashTag, version });
  }
  return remembered;
}

/**
 * What changes when any row of a table does: of a table that has partitions in the metadata, or is one partition.
 * Undefined for views, where deleted rows may count, and while rows stand in the streaming buffer.
 */
export function signatureOf(rows: readonly PartitionRow[]): string | undefined {
  if (rows.some((row) => row.keeps_deleted)) return undefined;
  const partitions = rows.filter((row) => row.partition_column === undefined);
  const facts = partitions.flatMap((row) => factsOf(row) ?? []);
  if (partitions.length === 0 || facts.length < partitions.length) return undefined;
  if (partitions.some((row) => row.partition_id?.includes("UNPARTITIONED"))) return undefined;
  const total = facts.reduce((sum, { rows: own }) => sum + own, 0);
  return `${total} ${Math.max(...facts.map(({ lastModified }) => lastModified))}`;
}

function factsOf({
  total_rows: rows,
  last_modified: lastModified,
}: PartitionRow): PartitionMetadata | undefined {
  return rows === undefined || lastModified === undefined ? undefined : { rows, lastModified };
}

function isSame(left: PartitionMetadata, right: PartitionMetadata): boolean {
  return left.rows === right.rows && left.lastModified === right.lastModified;
}

/** The day of a daily partition's id, `20240131`. */
function dateOfPartition(id: string): CalendarDate | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(id);
  return parts === null ? undefined : parseCalendarDate(parts.slice(1).join("-"));
}
