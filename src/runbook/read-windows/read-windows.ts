import { tableReferencesOf } from "../../domain/sql-tokens.ts";
import type { Window } from "../../domain/window.ts";
import { dateBoundsOf, type DateBound } from "./date-bounds.ts";
import { findReader, readerOf, readersIn, type Reader, type Scope, type ScopedItem } from "./scope.ts";
import { commonTablesOf, selectsOf, type FromItem, type SelectParts } from "./select-parts.ts";
import { spansOf, spanWindows } from "./spans.ts";
import { nodesText, sqlNodesOf, nodeWord, type SqlNode } from "./sql-node.ts";

/** What is found while a text is read. */
type Reading = {
  readonly dates: ReadonlyMap<string, string>;
  readonly readers: Reader[];
  readonly bounds: DateBound<Reader>[];
};

/** What names mean inside of a query. */
type Around = {
  readonly outer: Scope | undefined;
  /** Common tables; undefined of those whose rows are more than one select gives. */
  readonly common: ReadonlyMap<string, Scope | undefined>;
};

/** A text with more places than these is not looked at: each may bound each. */
const mostReaders = 100;

/**
 * Windows of tables as a statement itself says them, by table: the days between the date that is computed and the dates
 * that it takes of the table by `where`, `on` and `using`, in words that both engines read alike. `dates` has the column
 * or expression of the date of each table. A table is absent where the text does not say so surely, or says later dates.
 */
export function readWindows(
  text: string,
  dates: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Window[]> {
  const nodes = sqlNodesOf(text);
  const texts = new Map([...dates].map(([table, date]) => [table, nodesText(sqlNodesOf(date) ?? [])]));
  const reading: Reading = { dates: texts, readers: [], bounds: [] };
  const references = tableReferencesOf(text);
  if (nodes === undefined || references.length > mostReaders) return new Map();
  readQuery(reading, nodes, { outer: undefined, common: new Map() });
  const spans = spansOf(reading.readers, reading.bounds);
  const places = Map.groupBy(reading.readers, ({ table }) => table);
  return new Map(
    [...places].flatMap(([table, found]): [string, readonly Window[]][] => {
      const said = found.flatMap((reader) => spans.get(reader) ?? []);
      const all = references.filter(({ name }) => name === table);
      return said.length === all.length ? [[table, spanWindows(said)]] : [];
    }),
  );
}

/** Reads a query and all queries in it; its one select, where what it gives are rows that a condition outside can bound. */
function readQuery(reading: Reading, nodes: readonly SqlNode[], around: Around): Scope | undefined {
  const common = new Map(around.common);
  for (const [name, own] of commonTablesOf(nodes)) {
    const scope = readQuery(reading, own, { outer: around.outer, common });
    common.set(name, usesOf(nodes, name) === 1 ? scope : undefined);
  }
  const scopes = selectsOf(nodes).map((parts) => readSelect(reading, parts, { ...around, common }));
  const [only, ...others] = scopes;
  return others.length > 0 || !givesItsRows(nodes) ? undefined : only;
}

function readSelect(reading: Reading, parts: SelectParts, around: Around): Scope {
  const { outer } = around;
  const items = parts.from.map((item) => scopedItem(reading, item, around));
  const scope: Scope = { items, selected: parts.items, outer };
  for (const query of innerQueries(parts)) readQuery(reading, query, { ...around, outer: scope });
  function find(nodes: readonly SqlNode[]): Reader | undefined {
    return findReader(scope, nodes);
  }
  const own = new Set(readersIn(items));
  reading.bounds.push(...dateBoundsOf(parts.where, find).filter(({ reader }) => own.has(reader)));
  for (const [index, item] of items.entries()) {
    const bound = item.isLeft ? new Set(readersIn([item])) : own;
    const before = items.slice(0, index);
    const found = [...dateBoundsOf(item.on, find), ...usingBounds(item, before)];
    reading.bounds.push(...found.filter(({ reader }) => bound.has(reader)));
  }
  return scope;
}

function scopedItem(reading: Reading, item: FromItem, { outer, common }: Around): ScopedItem {
  const { name, subquery } = item;
  if (subquery !== undefined) {
    return { ...item, reader: undefined, inner: readQuery(reading, subquery, { outer, common }) };
  }
  const date = reading.dates.get(name);
  if (date === undefined) return { ...item, reader: undefined, inner: common.get(name.toLowerCase()) };
  const reader = { table: name, date };
  reading.readers.push(reader);
  return { ...item, reader, inner: undefined };
}

/** Queries in what is selected and in conditions, at any depth outside of other queries; those behind `from` are read. */
function innerQueries({ items, from, rest }: SelectParts): readonly (readonly SqlNode[])[] {
  return [...items, ...from.map(({ on }) => on), rest].flatMap(queriesIn);
}

function queriesIn(nodes: readonly SqlNode[]): readonly (readonly SqlNode[])[] {
  return nodes.flatMap((node) => {
    if (node.kind === "token") return [];
    return ["select", "with"].includes(nodeWord(node.nodes[0])) ? [node.nodes] : queriesIn(node.nodes);
  });
}

/** That dates are equal which `using` joins by. */
function usingBounds(item: ScopedItem, before: readonly ScopedItem[]): readonly DateBound<Reader>[] {
  return item.using.flatMap((name) => {
    const own = readerOf(item, name);
    const other = before.flatMap((earlier) => readerOf(earlier, name) ?? [])[0];
    if (own === undefined || other === undefined) return [];
    const equal = { least: 0, most: 0 };
    return [
      { reader: own, from: other, ...equal },
      { reader: other, from: own, ...equal },
    ];
  });
}

/** How often a common table is read, or a column is called so behind a comma. */
function usesOf(nodes: readonly SqlNode[], name: string): number {
  return nodes.reduce((count, node, index) => {
    if (node.kind === "group") return count + usesOf(node.nodes, name);
    const isUse = nodeWord(node) === name && ["from", "join", ","].includes(nodeWord(nodes[index - 1]));
    const isNamed = nodeWord(nodes[index + 1]) === "as" && nodes[index + 2]?.kind === "group";
    return count + (isUse && !isNamed ? 1 : 0);
  }, 0);
}

/** Words of queries whose rows depend on rows that they do not give. */
const lookingAround = new Set(["over", "qualify", "limit", "offset", "window"]);

function givesItsRows(nodes: readonly SqlNode[]): boolean {
  return nodes.every((node, index) => {
    if (node.kind === "group") return givesItsRows(node.nodes);
    const word = nodeWord(node);
    return !lookingAround.has(word) && !(word === "distinct" && nodeWord(nodes[index + 1]) === "on");
  });
}
