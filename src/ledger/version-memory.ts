import { createHash } from "node:crypto";
import { hullOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { Column } from "../domain/column.ts";
import { parseTableId, tableNameOf, type TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import type { RowContent } from "../plan/plan.ts";
import { appendVersions, recordedVersions } from "../sql/partition-metadata.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Parameter, Statement, Value, Warehouse } from "../warehouse/warehouse.ts";
import {
  judgeVersions,
  partitionShape,
  partitionsOf,
  rememberedVersions,
  signatureOf,
  type KnownVersion,
  type PartitionRow,
} from "./judge-versions.ts";
import { readContent } from "./read-content.ts";
import { slicesOf } from "./slices.ts";
import { ledgerTable } from "./tables.ts";

/** A table whose content is read by date, within a range. */
export type ReadTable = {
  readonly table: TableId;
  readonly dateColumn: string;
  readonly columns: readonly Pick<Column, "name" | "type">[];
};

/**
 * The versions that a process knows with what the engine said of their partitions, and those among them that the ledger
 * does not have yet. Reading through it makes it know more; it never outlives the process.
 */
export type VersionMemory = {
  readonly known: Map<TableId, Map<CalendarDate, KnownVersion>>;
  readonly unrecorded: Map<TableId, Map<CalendarDate, KnownVersion>>;
  /** Metadata by table as it was metadata first, with the state; undefined: not asked yet; `unavailable`: there is none. */
  metadata: Metadata | "unavailable" | undefined;
  /** Whether the ledger has a table for versions. */
  isRecordable: boolean;
  /** Records of the range that was read which later ones have superseded. */
  superseded: number;
};

/** Metadata rows by table; a table that the engine tells nothing of is absent. */
export type Metadata = ReadonlyMap<TableId, readonly PartitionRow[]>;

const metadataShape = { ...partitionShape, table_schema: typed.text, table_name: typed.text };

const versionShape = {
  table_name: typed.text,
  analysis_date: typed.date,
  row_count: typed.count,
  last_modified: typed.count,
  hash_tag: typed.text,
  version: typed.text,
  recorded: typed.count,
};

/** Versions that one statement records: BigQuery takes 10 MB of a request, parameters included. */
const mostRecorded = 10_000;

/** A memory that knows nothing yet. */
export function createVersionMemory(): VersionMemory {
  return { known: new Map(), unrecorded: new Map(), metadata: undefined, isRecordable: false, superseded: 0 };
}

/**
 * Asks the engine about the partitions of tables: one query, to be asked before what the answer is compared with is read.
 * Gives undefined, without asking again, where the warehouse has no such metadata. Faults: those of the warehouse; a
 * refusal for any other reason (a permission, say) is one.
 */
export async function readMetadata(
  warehouse: Warehouse,
  memory: VersionMemory,
  tables: readonly TableId[],
): Promise<Metadata | undefined> {
  const sql = warehouse.dialect.partitionMetadata?.(tables);
  if (sql === undefined || memory.metadata === "unavailable" || tables.length === 0) return undefined;
  try {
    const statement: Statement = {
      sql,
      parameters: { tables: { type: "array<string>", value: tables.map(tableNameOf) } },
      purpose: "read when partitions were last written",
    };
    const rows = await queryRows(warehouse, statement, metadataShape);
    const found = Map.groupBy(rows, tableOf);
    const metadata = new Map(tables.map((table) => [table, found.get(table) ?? []]));
    memory.metadata ??= metadata;
    return metadata;
  } catch (cause) {
    if (!isUnavailable(cause)) throw cause;
    memory.metadata = "unavailable";
    return undefined;
  }
}

function tableOf(row: { readonly table_schema: string; readonly table_name: string }): TableId | undefined {
  return parseTableId(`${row.table_schema}.${row.table_name}`);
}

/** Whether the warehouse does not know the view, or has more tables in a dataset than the view can tell of. */
function isUnavailable(cause: unknown): boolean {
  return (
    cause instanceof Fault &&
    cause.code === "statement-failed" &&
    /table not found: \S*INFORMATION_SCHEMA\.PARTITIONS|INFORMATION_SCHEMA\.PARTITIONS query attempted to read too many tables/i.test(
      cause.message,
    )
  );
}

/** Whether the engine says that no row of some tables has been written since the process read its state. */
export function areUnwritten(
  memory: VersionMemory,
  now: Metadata | undefined,
  tables: readonly TableId[],
): boolean {
  const before = memory.metadata;
  if (before === undefined || before === "unavailable" || now === undefined) return false;
  return tables.every((table) => {
    const signature = signatureOf(before.get(table) ?? []);
    return signature !== undefined && signature === signatureOf(now.get(table) ?? []);
  });
}

/** Takes over the versions of tables that the ledger has recorded for a range; one query. */
export async function recallVersions(
  warehouse: Warehouse,
  memory: VersionMemory,
  {
    ledger,
    tables,
    range,
  }: { readonly ledger: string; readonly tables: readonly ReadTable[]; readonly range: DateRange },
): Promise<void> {
  const known = new Map(
    tables.map((read) => [String(read.table), { table: read.table, hashTag: hashTagOf(warehouse, read) }]),
  );
  const statement: Statement = {
    sql: recordedVersions(warehouse.dialect, ledgerTable(ledger, "cascade_versions")),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
      tables: { type: "array<string>", value: tables.map(({ table }) => table) },
      hash_tags: {
        type: "array<string>",
        value: [...new Set([...known.values()].map(({ hashTag }) => hashTag))],
      },
    },
    purpose: "read the recorded versions",
  };
  for (const row of await queryRows(warehouse, statement, versionShape)) {
    const { row_count: rows, last_modified: lastModified, hash_tag: hashTag, version } = row;
    memory.superseded += row.recorded - 1;
    const read = known.get(row.table_name);
    if (read?.hashTag !== hashTag) continue;
    learn(memory.known, read.table, new Map([[row.analysis_date, { rows, lastModified, hashTag, version }]]));
  }
}

/**
 * Rows and version of one table by date, within `range`. What `metadata`, metadata before, shows to be as it was known is not
 * read; what else there is is hashed, in one query, and remembered. Without metadata the whole range is hashed.
 */
export async function readVersions(
  warehouse: Warehouse,
  memory: VersionMemory,
  {
    read,
    range,
    metadata,
  }: { readonly read: ReadTable; readonly range: DateRange; readonly metadata: Metadata | undefined },
): Promise<ReadonlyMap<CalendarDate, RowContent>> {
  const { table, dateColumn } = read;
  const partitions = metadata === undefined ? undefined : partitionsOf(metadata.get(table) ?? [], dateColumn);
  const hashTag = hashTagOf(warehouse, read);
  const { kept, hash } = judgeVersions({ partitions, known: memory.known.get(table), hashTag, range });
  if (partitions === undefined || hash === "window") return readContent(warehouse, read, { range });
  const hull = hullOf(hash);
  if (hull === undefined) return kept;
  const hashed = await readContent(warehouse, read, { range: hull, dates: hash });
  const remembered = rememberedVersions(hashed, { partitions, hashTag });
  learn(memory.known, table, remembered);
  learn(memory.unrecorded, table, remembered);
  return new Map([...kept, ...hashed].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Enters into the ledger what was hashed since the last time: a statement for each 10,000 versions, none for none. */
export async function recordVersions(
  warehouse: Warehouse,
  ledger: string,
  memory: VersionMemory,
): Promise<void> {
  const rows = [...memory.unrecorded].flatMap(([table, versions]) =>
    [...versions].map(([date, known]) => ({ table, date, ...known })),
  );
  if (rows.length === 0) return;
  const sql = appendVersions(warehouse.dialect, ledgerTable(ledger, "cascade_versions"));
  await warehouse.execute(
    slicesOf(rows, mostRecorded).map((batch) => ({
      sql,
      parameters: versionParameters(batch),
      purpose: `record ${batch.length} versions`,
    })),
  );
  memory.unrecorded.clear();
}

type RecordedRow = KnownVersion & { readonly table: TableId; readonly date: CalendarDate };

function versionParameters(rows: readonly RecordedRow[]): Readonly<Record<string, Parameter>> {
  function array(type: Parameter["type"], of: (row: RecordedRow) => Value): Parameter {
    return { type, value: rows.map(of) };
  }
  return {
    table_name: array("array<string>", ({ table }) => table),
    analysis_date: array("array<date>", ({ date }) => date),
    row_count: array("array<int64>", (row) => row.rows),
    last_modified: array("array<int64>", ({ lastModified }) => lastModified),
    hash_tag: array("array<string>", ({ hashTag }) => hashTag),
    version: array("array<string>", ({ version }) => version),
  };
}

function learn(
  into: VersionMemory["known"],
  table: TableId,
  versions: ReadonlyMap<CalendarDate, KnownVersion>,
): void {
  const held = into.get(table) ?? new Map<CalendarDate, KnownVersion>();
  for (const [date, version] of versions) held.set(date, version);
  into.set(table, held);
}

/** Names what a version is a hash of: the algorithm, and the columns in their order. */
function hashTagOf({ hashTag }: Warehouse, { columns }: ReadTable): string {
  const text = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  return `${hashTag}/${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
