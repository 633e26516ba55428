import { splitNodes, nodeWord, type SqlNode } from "./sql-node.ts";

/** One table, common table or subquery behind `from`, and the condition under which it is joined. */
export type FromItem = {
  readonly alias: string;
  /** Name of the table as written, without quotes; empty for a subquery. */
  readonly name: string;
  readonly subquery: readonly SqlNode[] | undefined;
  /** Of a left join the condition leaves the rows before it as they are. */
  readonly isLeft: boolean;
  readonly on: readonly SqlNode[];
  readonly using: readonly string[];
};

/**
 * One `select` by its clauses; where joins are of other kinds than inner, cross and left, `from` is empty and `rest` has
 * what it selects from.
 */
export type SelectParts = {
  readonly items: readonly (readonly SqlNode[])[];
  readonly from: readonly FromItem[];
  readonly where: readonly SqlNode[];
  /** What stands behind the tables: the conditions, and what groups and sorts. */
  readonly rest: readonly SqlNode[];
};

const setOperations = new Set(["union", "intersect", "except"]);
const clauses = new Set(["where", "group", "having", "qualify", "window", "order", "limit", "offset"]);
const joinWords = new Set(["inner", "cross", "left", "outer", "join"]);
const otherJoins = new Set([
  "natural",
  "right",
  "full",
  "asof",
  "semi",
  "anti",
  "positional",
  "lateral",
  "pivot",
  "unpivot",
  "tablesample",
  "unnest",
]);

/** Common tables of a query by name, each with its nodes. */
export function commonTablesOf(nodes: readonly SqlNode[]): ReadonlyMap<string, readonly SqlNode[]> {
  return new Map(
    nodes.flatMap((node, index) => {
      const name = nodeWord(nodes[index - 2]);
      return node.kind === "group" && nodeWord(nodes[index - 1]) === "as" && name !== ""
        ? [[name, node.nodes] as const]
        : [];
    }),
  );
}

/** The selects of a query that stand beside each other, as `union all` joins them. */
export function selectsOf(nodes: readonly SqlNode[]): readonly SelectParts[] {
  return splitNodes(nodes, (index) => setOperations.has(nodeWord(nodes[index]))).flatMap(partsOf);
}

function partsOf(body: readonly SqlNode[]): readonly SelectParts[] {
  const select = body.findIndex((node) => nodeWord(node) === "select");
  const from = body.findIndex((_, index) => startsFrom(body, index));
  if (select < 0 || from < select) return [];
  const ends = body.findIndex((node, index) => index > from && clauses.has(nodeWord(node)));
  const end = ends < 0 ? body.length : ends;
  const isDistinct = nodeWord(body[select + 1]) === "distinct";
  const list = body.slice(select + (isDistinct ? 2 : 1), from);
  const tables = fromItems(body.slice(from + 1, end));
  return [
    {
      items: splitNodes(list, (index) => nodeWord(list[index]) === ","),
      from: tables,
      where: nodeWord(body[end]) === "where" ? clauseAt(body, end) : [],
      rest: body.slice(tables.length === 0 ? from + 1 : end),
    },
  ];
}

/** False for `a is distinct from b`. */
function startsFrom(body: readonly SqlNode[], index: number): boolean {
  return nodeWord(body[index]) === "from" && nodeWord(body[index - 1]) !== "distinct";
}

function clauseAt(body: readonly SqlNode[], start: number): readonly SqlNode[] {
  const rest = body.slice(start + 1);
  const end = rest.findIndex((node) => clauses.has(nodeWord(node)));
  return end < 0 ? rest : rest.slice(0, end);
}

function fromItems(nodes: readonly SqlNode[]): readonly FromItem[] {
  if (nodes.some((node) => otherJoins.has(nodeWord(node)))) return [];
  const items: FromItem[] = [];
  let start = 0;
  let isLeft = false;
  for (let index = 0; index <= nodes.length; index += 1) {
    const word = nodeWord(nodes[index]);
    const separates = index === nodes.length || word === "," || joinWords.has(word);
    if (!separates) continue;
    if (index > start) {
      items.push(fromItem(nodes.slice(start, index), isLeft));
      isLeft = false;
    }
    isLeft ||= word === "left";
    start = index + 1;
  }
  return items;
}

function fromItem(nodes: readonly SqlNode[], isLeft: boolean): FromItem {
  const on = nodes.findIndex((node) => nodeWord(node) === "on");
  const using = nodes.findIndex((node) => nodeWord(node) === "using");
  const ends = [on, using].filter((index) => index >= 0);
  return {
    ...tableAt(nodes.slice(0, Math.min(nodes.length, ...ends))),
    isLeft,
    on: on < 0 ? [] : nodes.slice(on + 1),
    using: using < 0 ? [] : columnsOf(nodes[using + 1]),
  };
}

function columnsOf(node: SqlNode | undefined): readonly string[] {
  return node?.kind === "group" ? node.nodes.map(nodeWord).filter((word) => word !== ",") : [];
}

/** A table or subquery with its alias; a table without one is called by the last part of its name. */
function tableAt(nodes: readonly SqlNode[]): Pick<FromItem, "alias" | "name" | "subquery"> {
  const [first] = nodes;
  const subquery = first?.kind === "group" ? first.nodes : undefined;
  const names = subquery === undefined ? nameParts(nodes) : [];
  const isNamed = nodes.length > Math.max(1, 2 * names.length - 1);
  const alias = isNamed ? nodeWord(nodes.at(-1)) : (names.at(-1)?.toLowerCase() ?? "");
  return { alias, name: names.join("."), subquery };
}

/** `shop`, `orders` of `shop.orders as o`. */
function nameParts(nodes: readonly SqlNode[]): readonly string[] {
  const parts: string[] = [];
  for (let index = 0; index < nodes.length; index += 2) {
    const node = nodes[index];
    if (node?.kind !== "token") break;
    parts.push(node.token.text.replaceAll(/^["`]|["`]$/g, ""));
    if (nodeWord(nodes[index + 1]) !== ".") break;
  }
  return parts;
}
