import type { Message } from "./zetasql.ts";

type Scan = { readonly table: string; readonly columnId: string };

const comparisons = new Set(
  ["$between", "$equal", "$less", "$less_or_equal", "$greater", "$greater_or_equal", "$in", "$in_array"].map(
    (name) => `ZetaSQL:${name}`,
  ),
);

const conditions = new Set(["filterExpr", "joinExpr", "matchExpr", "mergeExpr", "whereExpr"]);

/**
 * Partitioned tables that a resolved statement reads without what prunes partitions: a conjunct of a filter, join or
 * merge condition that compares the partition column with something that holds no column. The target of an INSERT is
 * not read.
 */
export function unfilteredScans(
  resolved: Message,
  partitions: ReadonlyMap<string, string>,
): readonly string[] {
  const scans: Scan[] = [];
  const filtered = new Set<string>();
  walk(resolved, (key, value) => {
    if (key === "resolvedTableScanNode") scans.push(...scanOf(value, partitions));
    if (key === "resolvedMergeStmtNode") scans.push(...scanOf(value["tableScan"] as Message, partitions));
    if (conditions.has(key)) for (const id of prunedColumns(value)) filtered.add(id);
  });
  return [...new Set(scans.filter(({ columnId }) => !filtered.has(columnId)).map(({ table }) => table))];
}

function walk(value: unknown, visit: (key: string, value: Message) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null) visit(key, inner as Message);
    walk(inner, visit);
  }
}

/** The scan of a partitioned table. */
function scanOf(scan: Message, partitions: ReadonlyMap<string, string>): readonly Scan[] {
  const { fullName } = scan["table"] as { readonly fullName?: string };
  const column = partitions.get(fullName ?? "");
  if (fullName === undefined || column === undefined) return [];
  const { columnList = [] } = scan["parent"] as {
    readonly columnList?: readonly { name: string; columnId: string }[];
  };
  const found = columnList.find(({ name }) => name === column);
  return [{ table: fullName, columnId: found?.columnId ?? "none" }];
}

function prunedColumns(expression: Message): readonly string[] {
  const call = callOf(expression);
  if (call === undefined) return [];
  if (call.name === "ZetaSQL:$and") return call.values.flatMap(prunedColumns);
  if (!comparisons.has(call.name)) return [];
  const columns = call.values.flatMap((value) => columnOf(value));
  const others = call.values.filter((value) => columnOf(value).length === 0);
  return columns.length === 1 && !others.some(holdsColumn) ? columns : [];
}

function callOf(
  expression: Message,
): { readonly name: string; readonly values: readonly Message[] } | undefined {
  const base = expression["resolvedFunctionCallBaseNode"] as Message | undefined;
  const call = base?.["resolvedFunctionCallNode"] as Message | undefined;
  const parent = call?.["parent"] as
    | { function?: { name: string }; argumentList?: readonly Message[] }
    | undefined;
  if (parent?.function === undefined) return undefined;
  return { name: parent.function.name, values: parent.argumentList ?? [] };
}

function columnOf(expression: Message): readonly string[] {
  const reference = expression["resolvedColumnRefNode"] as { column: { columnId: string } } | undefined;
  return reference === undefined ? [] : [reference.column.columnId];
}

function holdsColumn(expression: Message): boolean {
  return JSON.stringify(expression).includes('"resolvedColumnRefNode"');
}
