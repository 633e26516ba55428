import { allTablesOf } from "../domain/sql-tokens.ts";
import { datasetOf, parseTableId, tableNameOf, type TableId } from "../domain/table-id.ts";
import { askAgain } from "./ask-again.ts";
import type { Row, Statement, WrittenDates } from "./warehouse.ts";

/** An answer, and the tables whose rows it follows from, in lower case. */
export type RememberedRows = {
  readonly tables: readonly TableId[];
  readonly rows: readonly Row[];
  /** Dates whose rows are those of before a write, where the answer has some for each date; with the column of the date. */
  readonly stale?: WrittenDates;
};

/** Whether some of an answer is that of before a write. */
export function isStale({ stale }: RememberedRows): boolean {
  return stale !== undefined && stale.dates.length > 0;
}

/**
 * What a statement may have changed: `rows` of tables that it names, `names` too, so that what a dataset holds may be
 * another; `anything` beyond what its text shows.
 */
export type Change = {
  readonly extent: "rows" | "names" | "anything";
  readonly sql: string;
  /** The only dates of the rows, by a column. */
  readonly onDates?: WrittenDates | undefined;
};

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
  function keep(question: string, answer: RememberedRows): void {
    known.delete(question);
    known.set(question, answer);
  }
  function age(question: string, answer: RememberedRows, { extent, onDates }: Change): void {
    const { stale } = answer;
    if (extent !== "rows" || onDates === undefined || stale?.column !== onDates.column)
      known.delete(question);
    else known.set(question, { ...answer, stale: { ...stale, dates: [...stale.dates, ...onDates.dates] } });
  }
  return {
    async recall(statement, how) {
      const tables = tablesIn(statement.sql);
      if (tables === undefined) return how.ask(statement);
      const question = questionOf(statement);
      const found = known.get(question);
      if (found !== undefined && !isStale(found)) {
        keep(question, found);
        return found.rows;
      }
      const asking = { tables, isOld: false };
      asked.add(asking);
      try {
        stored ??= how.stored();
        const own = await stored;
        const renewed =
          found === undefined
            ? undefined
            : await askAgain(found.rows, found.stale?.dates ?? [], { statement, ...how });
        // Of what was written meanwhile some dates might be in it and others not.
        const rows = renewed === undefined || asking.isOld ? await how.ask(statement) : renewed;
        if (!asking.isOld && tables.every((table) => own.has(table)))
          keep(question, { tables, rows, ...freshOf(statement) });
        return rows;
      } finally {
        asked.delete(asking);
      }
    },
    tell(change) {
      wasTold = true;
      if (change.extent !== "rows") stored = undefined;
      const sql = change.sql.toLowerCase();
      for (const [question, answer] of known)
        if (answer.tables.some((table) => mayChange({ ...change, sql }, table)))
          age(question, answer, change);
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

function questionOf({ sql, parameters = {}, perDate }: Statement): string {
  return JSON.stringify(perDate === undefined ? [sql, parameters] : [sql, parameters, perDate]);
}

/** Where an answer has rows for each date, none of them is old yet. */
function freshOf({ perDate }: Statement): Pick<RememberedRows, "stale"> {
  return perDate === undefined ? {} : { stale: { column: perDate, dates: [] } };
}

/** The tables that a text reads, in lower case; undefined where it is not sure that these are all, or there are none. */
function tablesIn(sql: string): readonly TableId[] | undefined {
  const names = allTablesOf(sql)?.map(({ name }) => parseTableId(name.toLowerCase()));
  const tables = names?.filter((table) => table !== undefined) ?? [];
  return tables.length === 0 || tables.length !== names?.length ? undefined : tables;
}

/** Whether a text, in lower case, may change what a table holds: who writes to one names it. */
function mayChange({ extent, sql }: Change, table: TableId): boolean {
  if (extent === "anything" || hasWord(sql, tableNameOf(table))) return true;
  return extent === "names" && hasWord(sql, datasetOf(table));
}

/** Whether a name stands in a text otherwise than inside of a longer word, as `raw` does in "withdrawn". */
function hasWord(text: string, name: string): boolean {
  let at = text.indexOf(name);
  while (at >= 0 && (isLetter(text[at - 1]) || isLetter(text[at + name.length])))
    at = text.indexOf(name, at + 1);
  return at >= 0;
}

function isLetter(character = ""): boolean {
  return /^[a-z0-9_]$/.test(character);
}
