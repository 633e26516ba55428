import { parseTableId, type TableId } from "./table-id.ts";

/** What a piece of SQL text is; `quoted` is an identifier in double quotes or backticks, `parameter` is `@name`. */
type SqlTokenKind = "space" | "comment" | "string" | "quoted" | "number" | "parameter" | "word" | "symbol";

/** A piece of SQL text at `offset`; the texts of all tokens joined are the text they came from. */
export type SqlToken = { readonly kind: SqlTokenKind; readonly text: string; readonly offset: number };

/** A name that stands where a table stands, as its parts without quotes, from `offset` up to `end`. */
export type TableReference = { readonly name: string; readonly offset: number; readonly end: number };

/** Patterns in the order in which they are tried; together they match every character. */
const patterns = [
  String.raw`\s+`,
  String.raw`--[^\n]*|/\*[^]*?(?:\*/|$)`,
  String.raw`'[^']*(?:''[^']*)*'?`,
  '"[^"]*(?:""[^"]*)*"?|`[^`]*`?',
  String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`,
  String.raw`@[A-Za-z_]\w*`,
  String.raw`[\p{L}_][\p{L}\p{N}_]*`,
  String.raw`\|\||::|<=|>=|<>|!=|[^]`,
];
const lexicon = new RegExp(patterns.join("|"), "gu");

/** Kinds by how a token begins; what begins otherwise is a symbol. */
const beginnings: readonly (readonly [SqlTokenKind, RegExp])[] = [
  ["word", /^[\p{L}_]/u],
  ["space", /^\s/],
  ["comment", /^(?:--|\/\*)/],
  ["string", /^'/],
  ["quoted", /^["`]/],
  ["number", /^\.?\d/],
  ["parameter", /^@./],
];

/** A text in its tokens, and what was asked of them. */
type Split = { readonly tokens: readonly SqlToken[]; meaningful?: readonly SqlToken[]; places?: Places };

/** Texts that were split before: a runbook's checks ask of the same few statements again and again. */
const splits = new Map<string, Split>();
const mostTextsKept = 500;

function splitOf(text: string): Split {
  const known = splits.get(text);
  if (known !== undefined) return known;
  if (splits.size >= mostTextsKept) splits.clear();
  const split = { tokens: splitSql(text) };
  splits.set(text, split);
  return split;
}

/** Splits SQL into tokens without losing a character; an unfinished string or comment reaches to the end. */
export function tokenizeSql(text: string): readonly SqlToken[] {
  return splitOf(text).tokens;
}

function splitSql(text: string): readonly SqlToken[] {
  let end = 0;
  return (text.match(lexicon) ?? []).map((own) => {
    const offset = end;
    end += own.length;
    return { kind: kindOf(own), text: own, offset };
  });
}

/** Kinds by first characters that settle them: asking a pattern of every token costs more than the splitting. */
const kindsByFirst = new Map<string, SqlTokenKind>([
  ...firstsOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", "word"),
  ...firstsOf("0123456789", "number"),
  ...firstsOf(" \n\t", "space"),
  ...firstsOf(",()=;:*+<>|", "symbol"),
]);

function firstsOf(firsts: string, kind: SqlTokenKind): readonly (readonly [string, SqlTokenKind])[] {
  return Array.from(firsts, (first) => [first, kind]);
}

function kindOf(token: string): SqlTokenKind {
  return (
    kindsByFirst.get(token.charAt(0)) ?? beginnings.find(([, begins]) => begins.test(token))?.[0] ?? "symbol"
  );
}

/** The tokens that mean something: neither white space nor comments. */
export function meaningfulTokens(text: string): readonly SqlToken[] {
  const split = splitOf(text);
  split.meaningful ??= split.tokens.filter(({ kind }) => kind !== "space" && kind !== "comment");
  return split.meaningful;
}

/** One line with a single space between tokens: equal for texts that differ in comments and layout only. */
export function normalizeSql(text: string): string {
  return meaningfulTokens(text)
    .map((token) => token.text)
    .join(" ");
}

/** Names of the `@name` parameters in order of first use, each once, without the `@`. */
export function parameterNamesOf(text: string): readonly string[] {
  if (!text.includes("@")) return [];
  const used = tokenizeSql(text).filter(({ kind }) => kind === "parameter");
  return [...new Set(used.map((token) => token.text.slice(1)))];
}

/** The text with `@name` written otherwise: as `$name`, which is how DuckDB spells parameters, unless said how. */
export function renameParameters(text: string, spell = (name: string) => `$${name}`): string {
  if (!text.includes("@")) return text;
  return tokenizeSql(text)
    .map((token) => (token.kind === "parameter" ? spell(token.text.slice(1)) : token.text))
    .join("");
}

/** The two-part tables that the text reads, each once, in order of first use. */
export function tablesOf(text: string): readonly TableId[] {
  const tables = tableReferencesOf(text).map(({ name }) => parseTableId(name));
  return [...new Set(tables.filter((table) => table !== undefined))];
}

type Scope = {
  readonly opener: string;
  /** The scope whose aliases can be named here as well; queries in a from clause and common tables see none beside them. */
  readonly outer: Scope | undefined;
  aliases: Set<string>;
  inFrom: boolean;
  expectsTable: boolean;
};

type ScopedReference = TableReference & { readonly isField: boolean; readonly outer: Scope | undefined };

const clauseEnds = new Set(
  "select where group order having limit qualify window union except intersect returning".split(" "),
);
const setOperations = new Set(["union", "except", "intersect"]);
const functionsWithFrom = new Set(["extract", "trim", "substring", "overlay"]);

/**
 * Every name after `from`, `join` or a comma between them, of any number of parts, without the names of common table
 * expressions, which have one part, and without fields of an alias (`from orders as o, o.lines`).
 */
export function tableReferencesOf(text: string): readonly TableReference[] {
  return placesOf(text).tables;
}

/** Functions that make rows of their arguments alone. */
export const pureTableFunctions: ReadonlySet<string> = new Set([
  "unnest",
  "range",
  "generate_series",
  "generate_subscripts",
]);

/**
 * All that a text reads, where that is sure: undefined where it names no table, reads by a function, or names something
 * that is a field of an alias to one engine and a table to another.
 */
export function allTablesOf(text: string): readonly TableReference[] | undefined {
  const { tables, functions, fields } = placesOf(text);
  const isSure =
    fields.length === 0 && functions.every(({ name }) => pureTableFunctions.has(name.toLowerCase()));
  return isSure && tables.length > 0 ? tables : undefined;
}

/** Every function that stands where a table stands. */
export function tableFunctionsOf(text: string): readonly TableReference[] {
  return placesOf(text).functions;
}

/** What stands where tables stand: tables, functions, and fields of an alias. */
type Places = Readonly<Record<"tables" | "functions" | "fields", readonly TableReference[]>>;

/** How tokens are written, and what each is as a word or quoted name in lower case: empty for others. */
type Spelled = { readonly texts: readonly string[]; readonly words: readonly string[] };

function placesOf(text: string): Places {
  const split = splitOf(text);
  split.places ??= findPlaces(meaningfulTokens(text));
  return split.places;
}

function findPlaces(own: readonly SqlToken[]): Places {
  const tokens = { texts: own.map(({ text }) => text), words: own.map(wordOf) };
  const functions: TableReference[] = [];
  const references: ScopedReference[] = [];
  const common = new Set<string>();
  const whole = innerScope(undefined, tokens, -1);
  const scopes: Scope[] = [whole];
  for (const [index, token] of own.entries()) {
    const scope = scopes.at(-1) ?? whole;
    if (opensParenthesis(tokens, index)) common.add(wordAt(tokens, index - 2));
    if (token.text === "(") scopes.push(innerScope(scope, tokens, index));
    else if (token.text === ")" && scopes.length > 1) scopes.pop();
    else if (startsName(tokens, index, scope)) {
      const name = nameAt(tokens, index);
      const last = own[name.end - 1] ?? token;
      const found = { name: name.text, offset: token.offset, end: last.offset + last.text.length };
      const isField = scope.aliases.has(firstPart(found));
      if (textAt(tokens, name.end) === "(") functions.push(found);
      else references.push({ ...found, isField, outer: scope.outer });
      scope.aliases.add(aliasAt(tokens, name.end));
    }
    advance(scope, tokens, index);
  }
  const { fields = [], others = [] } = Object.groupBy(references, (found) =>
    found.isField || isAlias(firstPart(found), found.outer) ? "fields" : "others",
  );
  const tables = others.filter(({ name }) => name.includes(".") || !common.has(name.toLowerCase()));
  return { tables: tables.map(placeOf), functions, fields };
}

function placeOf({ name, offset, end }: TableReference): TableReference {
  return { name, offset, end };
}

function firstPart({ name }: TableReference): string {
  return name.toLowerCase().split(".")[0] ?? "";
}

function isAlias(name: string, scope: Scope | undefined): boolean {
  return scope !== undefined && (scope.aliases.has(name) || isAlias(name, scope.outer));
}

/** Whether the token at `index` is the parenthesis of `name as (`. */
function opensParenthesis(tokens: Spelled, index: number): boolean {
  return textAt(tokens, index) === "(" && wordAt(tokens, index - 1) === "as";
}

function innerScope(around: Scope | undefined, tokens: Spelled, index: number): Scope {
  const isQuery = ["select", "with", "from"].includes(wordAt(tokens, index + 1));
  const joins = around?.expectsTable === true && !isQuery;
  const standsAlone = around?.expectsTable === true ? isQuery : opensParenthesis(tokens, index);
  return {
    opener: wordAt(tokens, index - 1),
    outer: standsAlone && wordAt(tokens, index - 1) !== "lateral" ? around?.outer : around,
    aliases: new Set(joins ? around.aliases : []),
    inFrom: joins,
    expectsTable: joins,
  };
}

function startsName(tokens: Spelled, index: number, scope: Scope): boolean {
  const word = wordAt(tokens, index);
  return scope.expectsTable && word !== "" && word !== "lateral";
}

/** What the token at `index` makes of its scope for the tokens after it. */
function advance(scope: Scope, tokens: Spelled, index: number): void {
  const word = wordAt(tokens, index);
  if (word === "lateral") return;
  if (clauseEnds.has(word)) scope.inFrom = false;
  if (setOperations.has(word)) scope.aliases = new Set();
  if (word === "from" && startsFromClause(scope, tokens, index)) scope.inFrom = true;
  const separates = word === "from" || word === "join" || textAt(tokens, index) === ",";
  scope.expectsTable = scope.inFrom && separates;
}

/** False for `extract(year from x)` and `a is distinct from b`. */
function startsFromClause(scope: Scope, tokens: Spelled, index: number): boolean {
  return !functionsWithFrom.has(scope.opener) && wordAt(tokens, index - 1) !== "distinct";
}

function nameAt(tokens: Spelled, start: number): { readonly text: string; readonly end: number } {
  const parts = [unquoted(textAt(tokens, start))];
  let end = start + 1;
  for (; textAt(tokens, end) === "."; end += 2) parts.push(unquoted(textAt(tokens, end + 1)));
  return { text: parts.join("."), end };
}

function aliasAt(tokens: Spelled, index: number): string {
  const word = wordAt(tokens, index);
  return word === "as" ? wordAt(tokens, index + 1) : word;
}

function textAt({ texts }: Spelled, index: number): string {
  return texts[index] ?? "";
}

function wordAt({ words }: Spelled, index: number): string {
  return words[index] ?? "";
}

function wordOf({ kind, text }: SqlToken): string {
  if (kind === "word") return text.toLowerCase();
  return kind === "quoted" ? unquoted(text).toLowerCase() : "";
}

function unquoted(text: string): string {
  return /^["`]/.test(text) ? text.slice(1, -1) : text;
}
