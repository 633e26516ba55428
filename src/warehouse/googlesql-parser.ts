import { splitStatements } from "../domain/sql-statement.ts";
import { meaningfulTokens, tableFunctionsOf, tableReferencesOf } from "../domain/sql-tokens.ts";
import { Fault } from "../errors.ts";
import type { ServiceAnswer } from "./bigquery-client.ts";
import type { NameInQuery, ParsedQuery } from "./parsed-query.ts";

type Query = Extract<ParsedQuery, { readonly kind: "query" }>;

/** Functions of GoogleSQL whose value is another one when they are asked again; the clocks may stand without parentheses. */
const clocks = new Set(["current_date", "current_datetime", "current_time", "current_timestamp"]);
const draws = new Set(["rand", "generate_uuid", "session_user"]);

/** What the words of a GoogleSQL text tell: there is no parser of it but BigQuery's own. */
export function parseGoogleSql(sql: string): ParsedQuery {
  const text = withPlainLiterals(sql);
  const statements = splitStatements(text);
  if (statements.length !== 1) {
    const offset = statements[1]?.offset ?? 0;
    return { kind: "refused", offset, message: `expected one statement, found ${statements.length}` };
  }
  const first = meaningfulTokens(text).find((token) => token.text !== "(");
  if (!["select", "with", "from"].includes(first?.text.toLowerCase() ?? "")) {
    const message = "expected one query, found another kind of statement";
    return { kind: "refused", offset: first?.offset ?? 0, message };
  }
  return {
    kind: "query",
    tables: tableReferencesOf(text),
    tableFunctions: [...tableFunctionsOf(text), ...routinesIn(text)],
    unstable: unstableIn(text),
    isValue: isValue(text),
  };
}

/** Comments, and texts and names in quotes, as GoogleSQL ends them: not where other dialects do. */
const literals = /(?:--|#)[^\r\n]*|\/\*[^]*?(?:\*\/|$)|('''|"""|['"`])(?:\\[^]|(?!\1)[^\\])*(?:\1|$)/g;

/** The text with every comment as space, every string in single quotes, and no escape: its length stays. */
function withPlainLiterals(text: string): string {
  return text.replaceAll(literals, (literal, quote?: string) => {
    if (quote === undefined) return literal.replaceAll(/[^\n]/g, " ");
    if (quote === "`") return literal.replaceAll(/\\[^]/g, "__");
    return `'${"_".repeat(Math.max(0, literal.length - 2))}'`;
  });
}

/** Families of GoogleSQL's own functions; what else has a point in its name is a routine of a dataset, or asks a model. */
const ownFamilies = new Set(["net", "hll_count", "kll_quantiles"]);

function isRoutine(name: string): boolean {
  return name.includes(".") && !ownFamilies.has(name.split(".")[0] ?? "");
}

/** Calls of routines, which may read any table, where a value stands. */
function routinesIn(text: string): readonly NameInQuery[] {
  const asTables = tableFunctionsOf(text);
  const calls = withoutGaps(text).matchAll(
    /(?<![\w.`)])(?:[\p{L}_]\w*|`[^`]*`)(?:\.(?:\w+|`[^`]*`))*(?=\()/gu,
  );
  return [...calls]
    .map((call) => ({ name: call[0].replaceAll("`", ""), offset: text.indexOf(call[0].split(".")[0] ?? "") }))
    .filter(({ name }) => isRoutine(name.toLowerCase().replace(/^safe\./, "")))
    .filter(({ name }) => asTables.every((found) => found.name !== name));
}

/** The text without what stands between its parts where a point or a parenthesis follows or a point goes before. */
function withoutGaps(text: string): string {
  const words = meaningfulTokens(text).map((token) => (token.kind === "string" ? "''" : token.text));
  return words.join(" ").replaceAll(/ ?\. ?| (?=\()/g, (gap) => gap.trim());
}

/** Where a text asks a clock, a draw or its session, or reads a sample or another time. What follows a point or `as` is a name. */
function unstableIn(text: string): readonly NameInQuery[] {
  const tokens = meaningfulTokens(text).map((token) => ({
    ...token,
    word: token.text.replaceAll("`", "").toLowerCase(),
  }));
  return tokens.flatMap(({ kind, word, offset }, index) => {
    const [before, after] = [tokens[index - 1]?.word, tokens[index + 1]?.word];
    if (before === "@") return systemVariable(word, offset);
    const mayAsk = kind === "word" || (kind === "quoted" && after === "(");
    const isPart = before === "." && tokens[index - 2]?.word !== "safe";
    if (!mayAsk || isPart || before === "as") return [];
    return isUnstable(word, { before, after }) ? [{ name: word, offset }] : [];
  });
}

/** What follows an `@` of its own: the name, with or without the second `@` of `@@name`. */
function systemVariable(word: string, offset: number): readonly NameInQuery[] {
  return word === "@" ? [] : [{ name: `@@${word.replace("@", "")}`, offset: offset - 1 }];
}

function isUnstable(
  word: string,
  { before, after }: { readonly before: string | undefined; readonly after: string | undefined },
): boolean {
  if (word === "system_time") return before === "for";
  return clocks.has(word) || (draws.has(word) && after === "(") || word === "tablesample";
}

/** Whether a text is `select` with one value and nothing after it. */
function isValue(text: string): boolean {
  let depth = 0;
  for (const { text: own } of meaningfulTokens(text).slice(1)) {
    if (own === "(" || own === "[") depth += 1;
    else if (own === ")" || own === "]") depth -= 1;
    else if (depth === 0 && (own === "," || endings.has(own.toLowerCase()))) return false;
    if (depth < 0) return false;
  }
  return true;
}

const endings = new Set(
  "from where group having qualify window order limit union except intersect".split(" "),
);

/** What a dry run said: its statistics, or why there are none. */
export type DryRun = ServiceAnswer | Fault;

/** A dry run that failed because of the statement or of what it names; the connection's own faults are thrown. */
export function dryRunRefusal(cause: unknown): Fault {
  const isAnswer =
    cause instanceof Fault && (cause.code === "statement-failed" || cause.code === "warehouse-missing");
  if (!isAnswer) throw cause;
  return cause;
}

/**
 * What the words of a text tell, and what BigQuery says of it: another kind of statement and broken syntax are refused,
 * and tables that it names where the words did not show them are told. A table under a view is named by the view alone.
 * A dry run needs the tables to exist: one that fails for another reason than its syntax tells nothing.
 */
export function withDryRun(
  sql: string,
  { words, answer, project }: { readonly words: Query; readonly answer: DryRun; readonly project: string },
): ParsedQuery {
  if (answer instanceof Fault) return syntaxRefusal(sql, answer.message) ?? words;
  const query = (answer["query"] ?? {}) as ServiceAnswer;
  const type = query["statementType"];
  if (typeof type === "string" && type !== "SELECT") {
    return { kind: "refused", offset: 0, message: `expected a query, found ${type}` };
  }
  const known = new Set(words.tables.map(({ name }) => name.toLowerCase()));
  const named = referencedTables(query, project)
    .filter((name) => !known.has(name.toLowerCase()))
    .flatMap((name) => placeIn(sql, name));
  return { ...words, tables: [...words.tables, ...named] };
}

type TableReference = { readonly projectId: string; readonly datasetId: string; readonly tableId: string };

/** As the runbook names tables: those of another project in three parts. */
function referencedTables(query: ServiceAnswer, project: string): readonly string[] {
  const tables = (query["referencedTables"] ?? []) as readonly TableReference[];
  return tables.map(({ projectId, datasetId, tableId }) =>
    projectId === project ? `${datasetId}.${tableId}` : `${projectId}.${datasetId}.${tableId}`,
  );
}

function placeIn(sql: string, name: string): readonly NameInQuery[] {
  const table = name.slice(name.lastIndexOf(".") + 1);
  const offset = sql.toLowerCase().indexOf(table.toLowerCase());
  return offset < 0 ? [] : [{ name, offset }];
}

/** BigQuery ends such a message with `at [line:column]`, both from 1. */
function syntaxRefusal(sql: string, message: string): ParsedQuery | undefined {
  const [, text, line, column] = /Syntax error: ([^]*?) at \[(\d+):(\d+)\]/.exec(message) ?? [];
  if (text === undefined) return undefined;
  const before = sql.split("\n").slice(0, Number(line) - 1);
  const offset = before.reduce((sum, { length }) => sum + length + 1, 0) + Number(column) - 1;
  return { kind: "refused", offset: Math.min(offset, sql.length), message: text };
}
