import { createHash } from "node:crypto";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Row, Statement, Warehouse } from "../warehouse/warehouse.ts";
import { appendAnswers, forgetAnswers, keptAnswers } from "../sql/kept-answers.ts";
import { ledgerTable } from "./tables.ts";

/** An answer, and the digest of all that it rests on. */
export type KeptAnswer = { readonly basis: string; readonly rows: readonly Row[] };

/**
 * Answers by question, those of the ledger and those of this process, and which of them the ledger does not have yet.
 * It never outlives the process.
 */
export type AnswerMemory = {
  /** Undefined until the ledger was read. */
  known: Map<string, KeptAnswer> | undefined;
  readonly unrecorded: Map<string, KeptAnswer>;
};

/** Answers of more text are asked again: a request to an engine has a limit. */
const longestAnswer = 500_000;
const mostText = 4_000_000;
const daysKept = 30;

/** A memory that knows nothing yet. */
export function createAnswerMemory(): AnswerMemory {
  return { known: undefined, unrecorded: new Map() };
}

/** What a statement asks, as one name: text and parameters. */
export function questionOf({ sql, parameters = {} }: Statement): string {
  return digestOf(JSON.stringify([sql, parameters]));
}

const answerShape = { question: typed.text, basis: typed.text, answer: typed.text, digest: typed.text };

/** Reads what the ledger keeps, once in a memory; an answer that is not as it was written is left out. One query. */
export async function recallAnswers(
  warehouse: Warehouse,
  ledger: string,
  memory: AnswerMemory,
): Promise<ReadonlyMap<string, KeptAnswer>> {
  if (memory.known !== undefined) return memory.known;
  const statement = {
    sql: keptAnswers(warehouse.dialect, ledgerTable(ledger, "cascade_answers")),
    purpose: "read the kept answers",
  };
  const rows = await queryRows(warehouse, statement, answerShape);
  memory.known = new Map(
    rows
      .filter(({ question, basis, answer, digest }) => digest === digestOf(question + basis + answer))
      .map(({ question, basis, answer }) => [
        question,
        { basis, rows: JSON.parse(answer) as readonly Row[] },
      ]),
  );
  return memory.known;
}

/** Keeps an answer in the memory, to be recorded. */
export function keepAnswer(memory: AnswerMemory, question: string, answer: KeptAnswer): void {
  memory.known?.set(question, answer);
  memory.unrecorded.set(question, answer);
}

/**
 * Enters into the ledger, in the place of older ones to the same questions, the answers that were had since the last time
 * and still stand. No statement for none.
 */
export async function recordAnswers(
  warehouse: Warehouse,
  ledger: string,
  {
    memory,
    stands,
    now,
  }: {
    readonly memory: AnswerMemory;
    readonly stands: (answer: KeptAnswer) => boolean;
    readonly now: Date;
  },
): Promise<void> {
  const rows = [...memory.unrecorded]
    .filter(([, answer]) => stands(answer))
    .map(([question, { basis, rows: answer }]) => ({ question, basis, answer: JSON.stringify(answer) }))
    .filter((row) => lengthOf(row) <= longestAnswer);
  memory.unrecorded.clear();
  if (rows.length === 0) return;
  const table = ledgerTable(ledger, "cascade_answers");
  const oldest = new Date(now.getTime() - daysKept * 24 * 3_600_000).toISOString();
  const forget: Statement = {
    sql: forgetAnswers(warehouse.dialect, table),
    parameters: {
      questions: { type: "array<string>", value: rows.map(({ question }) => question) },
      oldest: { type: "timestamp", value: oldest },
    },
    purpose: "forget superseded answers",
  };
  const append = batchesOf(rows).map((batch) => appendStatement(warehouse, { ledger, batch, now }));
  await warehouse.execute([forget, ...append]);
}

type AnswerRow = { readonly question: string; readonly basis: string; readonly answer: string };

function appendStatement(
  warehouse: Warehouse,
  { ledger, batch, now }: { ledger: string; batch: readonly AnswerRow[]; now: Date },
): Statement {
  function texts(of: (row: AnswerRow) => string) {
    return { type: "array<string>", value: batch.map(of) } as const;
  }
  return {
    sql: appendAnswers(warehouse.dialect, ledgerTable(ledger, "cascade_answers")),
    parameters: {
      question: texts(({ question }) => question),
      basis: texts(({ basis }) => basis),
      answer: texts(({ answer }) => answer),
      digest: texts(({ question, basis, answer }) => digestOf(question + basis + answer)),
      answered_at: { type: "timestamp", value: now.toISOString() },
    },
    purpose: `keep ${batch.length} answers`,
  };
}

function batchesOf(rows: readonly AnswerRow[]): readonly (readonly AnswerRow[])[] {
  const batches: AnswerRow[][] = [];
  let length = mostText;
  for (const row of rows) {
    if (length + lengthOf(row) > mostText) {
      batches.push([]);
      length = 0;
    }
    batches.at(-1)?.push(row);
    length += lengthOf(row);
  }
  return batches;
}

function lengthOf({ basis, answer }: AnswerRow): number {
  return basis.length + answer.length;
}

/** A text in brief. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
