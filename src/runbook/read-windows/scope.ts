import type { FromItem, SelectParts } from "./select-parts.ts";
import { nodesText, nodeWord, type SqlNode } from "./sql-node.ts";

/** A place where a table stands: its name, and its date as a column or an expression. */
export type Reader = { readonly table: string; readonly date: string };

/** Something that a select reads: a table that has dates, or rows of one other select; neither where it is not sure. */
export type ScopedItem = FromItem & {
  readonly reader: Reader | undefined;
  readonly inner: Scope | undefined;
};

/** What the names in a select stand for; `outer` is the select around it. */
export type Scope = {
  readonly items: readonly ScopedItem[];
  readonly selected: SelectParts["items"];
  readonly outer: Scope | undefined;
};

/** Whose date an expression is in a select; undefined where it is nobody's, or not surely. */
export function findReader(scope: Scope, nodes: readonly SqlNode[]): Reader | undefined {
  for (let around: Scope | undefined = scope; around !== undefined; around = around.outer) {
    for (const item of around.items) {
      const found = readerOf(item, withoutAlias(nodes, item.alias));
      if (found !== undefined) return found;
    }
  }
  return findUnqualified(scope, nodes);
}

/** Every place that a select reads, in its subqueries too. */
export function readersIn(items: readonly ScopedItem[]): readonly Reader[] {
  return items.flatMap(({ reader, inner }) => {
    if (reader !== undefined) return [reader];
    return inner === undefined ? [] : readersIn(inner.items);
  });
}

/** A name without alias is sure where one thing is read, where `using` joins by it, or where only one table has it as date. */
function findUnqualified({ items }: Scope, nodes: readonly SqlNode[]): Reader | undefined {
  const text = nodesText(nodes);
  const found = items.flatMap((item) => readerOf(item, text) ?? []);
  const isJoined = items.some(({ using }) => using.includes(text));
  const isSure = items.length === 1 || isJoined || items.every(({ reader }) => reader !== undefined);
  return isSure && (isJoined || found.length === 1) ? found[0] : undefined;
}

/** The place whose date an item calls by a text without alias. */
export function readerOf({ reader, inner }: ScopedItem, text: string | undefined): Reader | undefined {
  if (text === undefined) return undefined;
  if (reader !== undefined) return reader.date === text ? reader : undefined;
  return inner === undefined ? undefined : selectedReader(inner, text);
}

/** The place whose date a select gives under a name: as it is, under another name, or by a star. */
function selectedReader(scope: Scope, name: string): Reader | undefined {
  for (const item of scope.selected) {
    if (nodeWord(item.at(-1)) === name) {
      return findReader(scope, nodeWord(item.at(-2)) === "as" ? item.slice(0, -2) : item);
    }
  }
  const [star, ...others] = scope.selected.filter((item) => nodeWord(item.at(-1)) === "*");
  if (star === undefined || others.length > 0) return undefined;
  const named =
    star.length === 1 ? scope.items : scope.items.filter(({ alias }) => alias === nodeWord(star[0]));
  const [only, ...more] = named;
  return only === undefined || more.length > 0 ? undefined : readerOf(only, name);
}

/** Text of an expression whose columns have the alias, without it; undefined where none has. */
function withoutAlias(nodes: readonly SqlNode[], alias: string): string | undefined {
  const text = ` ${nodesText(nodes)}`;
  const bare = text.replaceAll(` ${alias} . `, " ");
  return alias === "" || bare === text ? undefined : bare.slice(1);
}
