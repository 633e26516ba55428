import type * as DuckDb from "@duckdb/node-api";
import { duckdb, duckdbCatalogs, duckdbSearchPath } from "../sql/duckdb.ts";
import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { parameterNamesOf } from "../domain/sql-tokens.ts";
import { Fault } from "../errors.ts";
import { lockStatements, type DuckDbLock } from "./duckdb-lock.ts";
import { parseByDuckDb } from "./duckdb-parser.ts";
import { statementFault } from "./duckdb-faults.ts";
import { attachFile, attachStatement, detachFile, lendFile, type AttachedFile } from "./duckdb-file.ts";
import { sessionMemory, type RunStatement, type SessionMemory } from "./duckdb-memory.ts";
import { forgetFile, keepFile, recallFile, stampOf, type KnownFile } from "./file-memory.ts";
import { inMemory } from "./duckdb-place.ts";
import {
  freshPlans,
  keptPlans,
  optimizersByContent,
  type BoundStatement,
  type Plans,
} from "./duckdb-plans.ts";
import { createInterruption, usualLimitMinutes, type Interruption } from "./duckdb-interruption.ts";
import { duckDbValues, type DuckDbValues } from "./duckdb-values.ts";
import { openTurns } from "./open-turns.ts";
import { createRowMemory, type RowMemory } from "./row-memory.ts";
import { spillFolder } from "./spill-folder.ts";
import type { FileLoad, PrintedColumn, Row, Statement, Value, Warehouse } from "./warehouse.ts";

/**
 * What DuckDB lacks of the common subset. The statements run in an in-memory catalog, so nothing of them is stored
 * in the database and a read-only file has them too.
 */
export const duckdbPrelude = {
  float64: "create type float64 as double",
  safe_offset: "create macro safe_offset(zero_based) as zero_based + 1",
  safe_divide: "create macro safe_divide(numerator, denominator) as numerator / nullif(denominator, 0)",
} as const;

type Client = AttachedFile & {
  readonly instance: DuckDBInstance;
  readonly address: string;
  readonly values: DuckDbValues;
  /** After which a statement is given up. */
  readonly limitMs: number;
  readonly memory: RowMemory;
  readonly library: typeof DuckDb;
};

/** A connection, how values pass through it, and how statements are prepared on it. */
type Line = {
  readonly connection: DuckDBConnection;
  readonly values: DuckDbValues;
  readonly plans: Plans;
  readonly memory: SessionMemory;
};

/**
 * Opens (and creates unless `readOnly`) a DuckDB database under a fixed alias, so that two-part names
 * resolve whatever the file is called. Faults: warehouse-missing, warehouse-locked, warehouse-unusable.
 */
export async function openDuckDb(options: {
  readonly path: string;
  readonly readOnly?: boolean;
  readonly memoryLimit?: string;
  /** Zone in which instants become dates; UTC unless given, never the machine's. */
  readonly timeZone?: string;
  /** Locks the engine once it is set up. */
  readonly lock?: DuckDbLock;
  /** After which a statement is given up. */
  readonly limitMs?: number;
  /** Keeps the plans of what it is asked itself, without its sessions: for statements that come again on a few rows. */
  readonly keepsPlans?: boolean;
}): Promise<Warehouse> {
  const library = await loadClient();
  const { DuckDBInstance } = library;
  const instance = await DuckDBInstance.create(inMemory, {
    memory_limit: options.memoryLimit ?? "1500MB",
    temp_directory: spillFolder(options.path),
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
  });
  const connection = await instance.connect();
  for (const statement of memoryStatements()) await connection.run(statement);
  const before = stampOf(options.path);
  await attach(connection, options.path, options.readOnly ?? false);
  const { timeZone = "UTC", lock, keepsPlans = false } = options;
  if (keepsPlans) await connection.run(`set disabled_optimizers = '${optimizersByContent.join()}'`);
  await connection.run(`set global TimeZone = ${duckdb.quoteText(timeZone)}`);
  for (const statement of lock === undefined ? [] : lockStatements(lock)) await connection.run(statement);
  const client = {
    instance,
    root: connection,
    path: options.path,
    turns: openTurns(),
    address: `duckdb:${options.path}`,
    values: duckDbValues(library),
    limitMs: options.limitMs ?? usualLimitMinutes * 60_000,
    memory: createRowMemory(),
    library,
  };
  const ground = JSON.stringify([library.version(), duckdb.hashTag, timeZone]);
  const file = recallFile({ path: options.path, ground, memory: client.memory }, before);
  if (options.readOnly !== true) forgetFile(file);
  const plans = (keepsPlans ? keptPlans : freshPlans)(connection);
  return openSession({ client, connection, plans, exclusive: options.readOnly !== true, owned: file });
}

async function loadClient(): Promise<typeof DuckDb> {
  try {
    return await import("@duckdb/node-api");
  } catch (cause) {
    throw new Fault(
      "warehouse-missing",
      "Cannot open DuckDB: the package @duckdb/node-api is not installed",
      {
        hint: "Install with the optional dependencies: npm ci",
        cause,
      },
    );
  }
}

/** What the engine keeps in memory, in a catalog of its own: its first one is called as a dataset may be. */
function memoryStatements(): readonly string[] {
  const { memory } = duckdbCatalogs;
  return [`attach '${inMemory}' as ${memory}`, `use ${memory}`, ...Object.values(duckdbPrelude)];
}

async function attach(connection: DuckDBConnection, path: string, readOnly: boolean): Promise<void> {
  try {
    if (path === inMemory) await connection.run(attachStatement(path));
    else await attachFile(connection, path, readOnly);
    await connection.run(`set search_path = '${duckdbSearchPath}'`);
    await connection.run("detach memory");
  } catch (cause) {
    connection.closeSync();
    throw cause;
  }
}

async function lend<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  if (client.path !== inMemory) {
    return lendFile(client, () => work().finally(() => client.memory.tell({ extent: "anything", sql: "" })));
  }
  throw new Fault(
    "warehouse-unusable",
    `Cannot let a command write "${client.path}": no other process sees what is in memory`,
    {
      hint: "Name a file with --warehouse duckdb:<file>, or let the command write to CASCADE_OUTPUT and drop `writes: direct`",
    },
  );
}

function openSession(options: {
  readonly client: Client;
  readonly connection: DuckDBConnection;
  readonly plans: Plans;
  readonly exclusive: boolean;
  /** The file, where the session is the one that opened it. */
  readonly owned?: KnownFile;
  readonly parent?: AbortSignal;
}): Warehouse {
  const { client, connection, plans, exclusive } = options;
  const memory = sessionMemory(client.memory, client.library);
  const line = { connection, values: client.values, plans, memory };
  const { share } = client.turns;
  const interruption = createInterruption(connection, {
    parent: options.parent,
    limitMs: client.limitMs,
  });
  return {
    engine: "duckdb",
    parse: (texts) =>
      parseByDuckDb(
        texts.map(({ text }) => text),
        (question, asked) => share(() => askEach(line, question, asked)),
      ),
    dialect: duckdb,
    hashTag: duckdb.hashTag,
    address: client.address,
    exclusive,
    describe: (statement) =>
      share(() => interruption.guard(statement.purpose, () => describe(line, statement))),
    query: (statement) => share(() => interruption.guard(statement.purpose, () => query(line, statement))),
    execute: (statements) => share(() => executeAll(line, interruption, statements)),
    loadFile: (load) => share(() => executeAll(line, interruption, [loadStatement(load)])),
    estimateBytes: () => Promise.resolve(undefined),
    billing: () => undefined,
    lend: (work) => lend(client, work),
    interrupt: interruption.stop,
    async session() {
      const next = await client.instance.connect();
      await share(() => next.run(`set search_path = '${duckdbSearchPath}'`));
      return openSession({
        client,
        connection: next,
        plans: freshPlans(next),
        exclusive,
        parent: interruption.signal,
      });
    },
    async [Symbol.asyncDispose]() {
      if (options.owned !== undefined && exclusive) await letGo(connection, options.owned);
      connection.closeSync();
      if (options.owned !== undefined) client.instance.closeSync();
    },
  };
}

/** Where it cannot be let go of, after an interruption, what was committed stays in its log, which the next open reads. */
function letGo(connection: DuckDBConnection, file: KnownFile): Promise<void> {
  return keepFile(file, {
    settle: async () => void (await connection.run(`checkpoint ${duckdbCatalogs.database}`)),
    letGo: () => detachFile(connection).catch(() => undefined),
  });
}

function loadStatement({ table, columns, path, format, purpose }: FileLoad): Statement {
  const file = `'${path.replaceAll("'", "''")}'`;
  const types = columns.map(({ name, type }) => `'${name}': '${duckdb.columnType(type)}'`).join(", ");
  const rows =
    format === "parquet"
      ? `read_parquet(${file})`
      : `read_json(${file}, format = 'newline_delimited', columns = {${types}})`;
  return { sql: `create or replace table ${table} as select * from ${rows}`, purpose };
}

function query(line: Line, statement: Statement): Promise<readonly Row[]> {
  return line.memory.recall(statement, (asked) => ask(line, asked));
}

async function ask(line: Line, statement: Statement): Promise<readonly Row[]> {
  const { plans, values, memory } = line;
  try {
    const prepared = await plans.prepare(bound(line, statement));
    const kind = prepared.statementType;
    const reader = await prepared.runAndReadAll().finally(() => memory.tell({ kind, sql: statement.sql }));
    return reader.convertRowObjects<Value>((value) => values.read(value));
  } catch (cause) {
    throw statementFault(statement.purpose, cause);
  }
}

async function describe(line: Line, statement: Statement): Promise<readonly PrintedColumn[]> {
  const rows = await query(line, {
    ...statement,
    sql: `describe select * from (\n${statement.sql}\n) as described`,
  });
  return rows.map((row) => ({ name: String(row["column_name"]), type: String(row["column_type"]) }));
}

async function executeAll(
  line: Line,
  { guard }: Interruption,
  statements: readonly Statement[],
): Promise<void> {
  const done: RunStatement[] = [];
  await line.connection.run("begin transaction");
  try {
    for (const statement of statements)
      await guard(statement.purpose, async () => void done.push(await run(line, statement)));
    await guard("commit", () => run(line, { sql: "commit", purpose: "commit" }));
  } catch (cause) {
    await line.connection.run("rollback").catch(() => undefined);
    line.plans.rolledBack();
    throw cause;
  } finally {
    for (const one of done) line.memory.tell(one);
  }
}

async function run(line: Line, statement: Statement): Promise<RunStatement> {
  try {
    const prepared = await line.plans.prepare(bound(line, statement));
    const { statementType: kind } = prepared;
    await prepared.run();
    return { kind, sql: statement.sql, onDates: statement.onDates };
  } catch (cause) {
    throw statementFault(statement.purpose, cause);
  }
}

function bound({ values: known }: Pick<Line, "values">, { sql, parameters = {} }: Statement): BoundStatement {
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  for (const name of parameterNamesOf(sql)) {
    const parameter = parameters[name];
    if (parameter === undefined) throw new Error(`No value for the parameter @${name}`);
    const one = known.bind(parameter);
    values[name] = one.value;
    types[name] = one.type;
  }
  return { sql, values, types };
}

async function askEach(line: Line, sql: string, texts: readonly string[]): Promise<readonly string[]> {
  const { value, type } = line.values.bind({ type: "array<string>", value: texts });
  const reader = await line.connection.runAndReadAll(sql, { texts: value }, { texts: type });
  return reader.getRows().map(([answer]) => String(answer));
}
