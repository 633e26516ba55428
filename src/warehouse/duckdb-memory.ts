import type * as DuckDb from "@duckdb/node-api";
import { duckdbCatalogs } from "../sql/duckdb.ts";
import type { Change, RowMemory } from "./row-memory.ts";
import type { Row, Statement, WrittenDates } from "./warehouse.ts";

/** A statement that was run, with what the engine says that it is. */
export type RunStatement = {
  readonly kind: DuckDb.StatementType;
  readonly sql: string;
  readonly onDates?: WrittenDates | undefined;
};

/** What one session asks the memory of its engine, and tells it. */
export type SessionMemory = {
  readonly recall: (
    statement: Statement,
    ask: (statement: Statement) => Promise<readonly Row[]>,
  ) => Promise<readonly Row[]>;
  /** To be told of every statement, once others see what it wrote. */
  readonly tell: (run: RunStatement) => void;
};

/** The same for a session; one in which names came to mean something of its own asks and leaves nothing. */
export function sessionMemory(memory: RowMemory, { StatementType: kinds }: typeof DuckDb): SessionMemory {
  const extents = new Map<DuckDb.StatementType, Change["extent"]>([
    ...[kinds.INSERT, kinds.UPDATE, kinds.DELETE, kinds.MERGE_INTO, kinds.COPY].map(
      (kind) => [kind, "rows"] as const,
    ),
    ...[kinds.CREATE, kinds.DROP, kinds.ALTER].map((kind) => [kind, "names"] as const),
  ]);
  const ofItself = new Set([kinds.SET, kinds.VARIABLE_SET, kinds.ATTACH, kinds.DETACH]);
  let isPlain = true;
  return {
    recall(statement, ask) {
      if (!isPlain || statement.ofRowsAlone !== true) return ask(statement);
      return memory.recall(statement, { ask, stored: () => storedTables(ask) });
    },
    tell({ kind, sql, onDates }) {
      if (kind === kinds.SELECT) return;
      if (ofItself.has(kind) || kind === kinds.TRANSACTION) isPlain = false;
      if (!ofItself.has(kind)) memory.tell({ extent: extents.get(kind) ?? "anything", sql, onDates });
    },
  };
}

/** Tables of the database whose rows are stored: no views, and none with columns that are computed when they are read. */
async function storedTables(ask: (statement: Statement) => Promise<readonly Row[]>): Promise<Set<string>> {
  const rows = await ask({
    sql: `select lower(schema_name || '.' || table_name) as name from duckdb_tables()
where database_name = '${duckdbCatalogs.database}' and not contains(lower(sql), 'generated always as')`,
    purpose: "read which tables are stored",
  });
  return new Set(rows.map(({ name }) => String(name)));
}
