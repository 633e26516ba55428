import { allTablesOf } from "../domain/sql-tokens.ts";
import { datasetOf, parseTableId, tableNameOf, type TableId } from "../domain/table-id.ts";
import type { Row, Statement } from "./warehouse.ts";

/** An answer, and the tables whose rows it follows from, in lower case. */
export type RememberedRows = { readonly tables: readonly TableId[]; readonly rows: readonly Row[] };

/**
 * What a statement may have changed: `rows` of tables that it names, `names` too, so that what a dataset holds may be
 * another; `anything` beyond what its text shows.
 */
export type Change = { readonly extent: "rows" | "names" | "anything"; readonly sql: string };

/** Answers that follow from stored rows alone, each as long as nothing was written to the tables that it follows from. */
export type RowMemory = {
  /** The answer as it stands, else what `ask` gives. `stored` names the tables that hold rows of their own, in lower case. */
  recall(statement: Statement, how: Asking): Promise<readonly Row[]>;
  /** To be told of what was written, once others see it. */
  readonly tell: (change: Change) => void;
  /** What stands, by question, what was used last at the end. */
  readonly standing: () => ReadonlyMap<string, RememberedRows>;
  readonly learn: (known: ReadonlyMap<string, RememberedRows>) => void;
  /** Whether it was told of a change. */
  readonly wasTold: () => boolean;
};

type Asking = {
  readonly ask: (statement: Statement) => Promise<readonly Row[]>;
  readonly stored: () => Promise<ReadonlySet<string>>;
};

/** A memory that knows nothing yet. Text, parameters and answers stay in it until they are told to be old. */
export function createRowMemory(): RowMemory {
  const known = new Map<string, RememberedRows>();
  const asked = new Set<{ readonly tables: readonly TableId[]; isOld: boolean }>();
  let stored: Promise<ReadonlySet<string>> | undefined;
  let wasTold = false;
  return {
    async recall(statement, how) {
      const tables = tablesIn(statement.sql);
      if (tables === undefined) return how.ask(statement);
      const question = JSON.stringify([statement.sql, statement.parameters ?? {}]);
      const found = known.get(question);
      if (found !== undefined) {
        known.delete(question);
        known.set(question, found);
        return found.rows;
      }
      const asking = { tables, isOld: false };
      asked.add(asking);
      try {
        stored ??= how.stored();
        const own = await stored;
        const rows = await how.ask(statement);
        if (!asking.isOld && tables.every((table) => own.has(table))) known.set(question, { tables, rows });
        return rows;
      } finally {
        asked.delete(asking);
      }
    },
    tell(change) {
      wasTold = true;
      if (change.extent !== "rows") stored = undefined;
      const sql = change.sql.toLowerCase();
      for (const [question, { tables }] of known)
        if (tables.some((table) => mayChange({ ...change, sql }, table))) known.delete(question);
      for (const asking of asked)
        asking.isOld ||= asking.tables.some((table) => mayChange({ ...change, sql }, table));
    },
    standing: () => known,
    learn(all) {
      for (const [question, rows] of all) known.set(question, rows);
    },
    wasTold: () => wasTold,
  };
}

/** The tables that a text reads, in lower case; undefined where it is not sure that these are all, or there are none. */
function tablesIn(sql: string): readonly TableId[] | undefined {
  const names = allTablesOf(sql)?.map(({ name }) => parseTableId(name.toLowerCase()));
  const tables = names?.filter((table) => table !== undefined) ?? [];
  return tables.length === 0 || tables.length !== names?.length ? undefined : tables;
}

/** Whether a text, in lower case, may change what a table holds: who writes to one names it. */
function mayChange({ extent, sql }: Change, table: TableId): boolean {
  if (extent === "anything" || sql.includes(tableNameOf(table))) return true;
  return extent === "names" && sql.includes(datasetOf(table));
}
