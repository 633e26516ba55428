import { renameParameters } from "../domain/sql-tokens.ts";
import type { NameInQuery, ParsedQuery } from "./parsed-query.ts";

/** Asks DuckDB a question about each text and gives the answers in their order. */
type AskEach = (sql: string, texts: readonly string[]) => Promise<readonly string[]>;

/** A node of DuckDB's serialised parse tree. */
type Node = { readonly [key: string]: unknown };

/** Words that the parser takes for columns, though they are the clock, who asks, or where a row happens to lie. */
const unstableWords = new Set(
  (
    "current_date current_time current_timestamp localtime localtimestamp " +
    "current_user current_role session_user current_catalog current_schema rowid"
  ).split(" "),
);

/**
 * Functions that DuckDB calls VOLATILE or CONSISTENT_WITHIN_QUERY, but for `error`, which gives no value; macros and words
 * that stand for such; and the ones that read the clock, the session or the build although DuckDB calls them CONSISTENT.
 */
export const unstableFunctions: ReadonlySet<string> = new Set(
  (
    "currval current_connection_id current_query current_query_id current_transaction_id gen_random_uuid nextval random " +
    "setseed sleep_ms stats uuid uuidv4 uuidv7 write_log current_database current_date current_schema current_schemas " +
    "get_current_time get_current_timestamp in_search_path now today transaction_timestamp txid_current " +
    "ago user current_user session_user current_catalog pg_postmaster_start_time pg_conf_load_time pg_sleep " +
    "current_localtime current_localtimestamp current_setting getvariable version"
  ).split(" "),
);

const serialise = `select json_serialize_sql(text, skip_null := true, skip_empty := true, skip_default := true)
from (select unnest($texts) as text, generate_subscripts($texts, 1) as number) order by number`;

/**
 * Parses texts by DuckDB itself: `json_serialize_sql` takes queries only and neither binds nor runs them. What is written
 * in a text as `@name` is a parameter.
 */
export async function parseByDuckDb(sqls: readonly string[], ask: AskEach): Promise<readonly ParsedQuery[]> {
  const texts = sqls.map((text) => renameParameters(text));
  const trees = await ask(serialise, texts);
  return trees.map((tree, index) => readTree(JSON.parse(tree) as Node, texts[index] ?? ""));
}

function readTree(tree: Node, text: string): ParsedQuery {
  const bytes = Buffer.from(text);
  function offsetOf(location: unknown): number {
    const place = typeof location === "number" && location <= bytes.length ? location : 0;
    return bytes.subarray(0, place).toString().length;
  }
  if (tree["error"] === true) return refusedBy(tree, text, offsetOf);
  const statements = tree["statements"] as readonly Node[];
  if (statements.length !== 1) {
    return { kind: "refused", offset: 0, message: `expected one statement, found ${statements.length}` };
  }
  return readStatement(statements[0] ?? {}, offsetOf);
}

function refusedBy(tree: Node, text: string, offsetOf: (location: unknown) => number): ParsedQuery {
  if (tree["error_type"] === "not implemented") {
    const offset = /^(?:\s|--[^\n]*|\/\*[^]*?\*\/)*/.exec(text)?.[0].length ?? 0;
    return { kind: "refused", offset, message: "expected one query, found another kind of statement" };
  }
  const offset = offsetOf(Number(tree["position"] ?? 0));
  return { kind: "refused", offset, message: String(tree["error_message"]) };
}

function readStatement(statement: Node, offsetOf: (location: unknown) => number): ParsedQuery {
  const nodes = nodesOf(statement);
  function named(name: string, node: Node): NameInQuery {
    return { name, offset: offsetOf(node["query_location"]) };
  }
  const tables = foreignTables(statement).map((node) => named(tableName(node), node));
  const tableFunctions = nodes
    .filter(({ type }) => type === "TABLE_FUNCTION")
    .map((node) => named(textOf((node["function"] as Node | undefined) ?? {}, "function_name"), node));
  const words = nodes
    .filter(({ type }) => type === "COLUMN_REF")
    .filter((node) => unstableWords.has(columnName(node)));
  const functions = nodes
    .filter((node) => node["class"] === "FUNCTION" && isUnstable(node))
    .map((node) => named(textOf(node, "function_name"), node));
  const sampled = nodes
    .filter((node) => typeof node["sample"] === "object")
    .map((node) => named("sample", node));
  return {
    kind: "query",
    tables,
    tableFunctions,
    unstable: [...functions, ...words.map((node) => named(columnName(node), node)), ...sampled],
    isValue: isValue((statement["node"] as Node | undefined) ?? {}),
  };
}

/** Whether a call gives another value when it is made again; an age with one argument is counted from today. */
function isUnstable(call: Node): boolean {
  const name = textOf(call, "function_name");
  const given = call["children"];
  return unstableFunctions.has(name) || (name === "age" && Array.isArray(given) && given.length === 1);
}

/** Every object of a tree, itself first. */
function nodesOf(tree: Node): readonly Node[] {
  const nodes: Node[] = [];
  const waiting: Node[] = [tree];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!Array.isArray(next)) nodes.push(next);
    for (const part of partsOf(next)) waiting.push(part);
  }
  return nodes;
}

/** What stands where a table stands and is no common table of a query around it: those have one part, and one case. */
function foreignTables(tree: Node): readonly Node[] {
  const found: Node[] = [];
  const waiting: { readonly node: Node; readonly own: ReadonlySet<string> }[] = [
    { node: tree, own: new Set() },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, own } = next;
    if (isTable(node) && !(isBare(node) && own.has(tableName(node).toLowerCase()))) found.push(node);
    const names = commonTables(node);
    const inside = names.length === 0 ? own : new Set([...own, ...names]);
    for (const part of partsOf(node)) waiting.push({ node: part, own: inside });
  }
  return found;
}

/** The objects and lists right below one. */
function partsOf(node: Node): readonly Node[] {
  return Object.values(node).filter((part): part is Node => typeof part === "object" && part !== null);
}

function isTable({ type }: Node): boolean {
  return type === "BASE_TABLE" || type === "SHOW_REF";
}

function isBare(node: Node): boolean {
  return textOf(node, "catalog_name") === "" && textOf(node, "schema_name") === "";
}

function commonTables(node: Node): readonly string[] {
  const map = (node["cte_map"] as Node | undefined)?.["map"];
  return Array.isArray(map) ? map.map((entry: Node) => textOf(entry, "key").toLowerCase()) : [];
}

function tableName(node: Node): string {
  return ["catalog_name", "schema_name", "table_name"]
    .map((part) => textOf(node, part))
    .filter((part) => part !== "")
    .join(".");
}

function columnName(node: Node): string {
  const names = node["column_names"];
  return Array.isArray(names) && names.length === 1 ? String(names[0]).toLowerCase() : "";
}

/** Whether a query is `select <one value>`. */
function isValue(node: Node): boolean {
  const { type, select_list: list, from_table: from } = node;
  const others = Object.keys(node).filter(
    (key) => !["type", "select_list", "from_table", "aggregate_handling"].includes(key),
  );
  const isAlone = (from as Node | undefined)?.["type"] === "EMPTY" && others.length === 0;
  return type === "SELECT_NODE" && Array.isArray(list) && list.length === 1 && isAlone;
}

function textOf(node: Node, key: string): string {
  const value = node[key];
  return typeof value === "string" ? value : "";
}
