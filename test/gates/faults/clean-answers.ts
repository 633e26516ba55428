import { duckdbCatalogs } from "../../../src/sql/duckdb.ts";
import { meaningfulTokens, tableReferencesOf } from "../../../src/domain/sql-tokens.ts";
import type { Row, Statement, Warehouse } from "../../../src/warehouse/warehouse.ts";

/** What copies of one file answer as long as nobody wrote to what a question reads. */
export type CleanAnswers = {
  /** The file's base tables, in small letters. */
  readonly tables: ReadonlySet<string>;
  /** By question. */
  readonly answers: Map<string, readonly Row[]>;
};

/** No answers yet, of the file that the warehouse has open. */
export async function noAnswers(warehouse: Warehouse): Promise<CleanAnswers> {
  const rows = await warehouse.query({
    sql: `select lower(table_schema || '.' || table_name) as name from information_schema.tables
where table_catalog = '${duckdbCatalogs.database}' and table_type = 'BASE TABLE'`,
    purpose: "read which tables exist",
  });
  // Of a file without tables nothing would ever be remembered, and nobody would notice.
  if (rows.length === 0) throw new Error("The file has no tables");
  return { tables: new Set(rows.map((row) => String(row["name"]))), answers: new Map() };
}

/**
 * A fresh copy of the file, that answers from memory what a copy was asked before, and not about tables that were written to
 * through it. Only questions about the file's tables alone are remembered: none about the catalog, views or temporary
 * tables. A statement that is not plainly a read, or a write to one table, counts as one to all of them.
 */
export function answerFromMemory(copy: Warehouse, { tables, answers }: CleanAnswers): Warehouse {
  const touched = new Set<string>();
  function touch(sql: string): void {
    for (const table of writtenBy(sql) ?? tables) touched.add(table);
  }
  function isClean(sql: string): boolean {
    const read = readBy(sql);
    return read.length > 0 && read.every((table) => tables.has(table) && !touched.has(table));
  }
  async function ask(session: Warehouse, statement: Statement): Promise<readonly Row[]> {
    const { sql, parameters } = statement;
    touch(sql);
    if (!isClean(sql)) return session.query(statement);
    const question = JSON.stringify([sql, parameters]);
    const rows = answers.get(question) ?? (await session.query(statement));
    if (isClean(sql)) answers.set(question, rows);
    return rows;
  }
  function remember(session: Warehouse): Warehouse {
    return {
      ...session,
      query: (statement) => ask(session, statement),
      execute(statements) {
        for (const { sql } of statements) touch(sql);
        return session.execute(statements);
      },
      loadFile(load) {
        touched.add(load.table.toLowerCase());
        return session.loadFile(load);
      },
      session: async () => remember(await session.session()),
    };
  }
  return remember(copy);
}

const namesRead = new Map<string, readonly string[]>();

/** The names that a text reads, once per text. */
function readBy(sql: string): readonly string[] {
  const names = namesRead.get(sql) ?? tableReferencesOf(sql).map(({ name }) => name.toLowerCase());
  namesRead.set(sql, names);
  return names;
}

const writers =
  /^(?:insert into|delete from|update|(?:create|create or replace|drop|alter) (?:temp |temporary )?(?:table|view)(?: if (?:not )?exists)?) (\S+)/;
const writingWords = new Set("insert update delete merge create drop alter truncate copy attach".split(" "));

/** The tables that a statement writes to; undefined where that cannot be told. */
function writtenBy(sql: string): readonly string[] | undefined {
  const words = meaningfulTokens(sql).map(({ text }) => text.toLowerCase());
  if (["select", "with"].includes(words[0] ?? "") && !words.some((word) => writingWords.has(word))) return [];
  const written = writers.exec(words.join(" ").replaceAll(" . ", "."))?.[1];
  return written === undefined ? undefined : [written.replaceAll(/[`"]/g, "")];
}
