import type { SqlToken } from "../../domain/sql-tokens.ts";
import type { SqlFinding } from "./sql-finding.ts";

const clauseEnds = new Set(["limit", "rows", "range", "groups", "qualify", "union", "offset"]);

/**
 * `order by` on a nullable column without `nulls first` or `nulls last`: NULL comes first on BigQuery and last on
 * DuckDB. Only plain column names are judged.
 */
export function nullOrders(
  tokens: readonly SqlToken[],
  nullable: ReadonlySet<string>,
): readonly SqlFinding[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== "word" || lower(token) !== "order" || lower(tokens[index + 1]) !== "by") return [];
    return orderItems(tokens, index + 2).flatMap((item) => findingOf(item, nullable));
  });
}

/** The comma-separated items from `start` to the end of the clause. */
function orderItems(tokens: readonly SqlToken[], start: number): readonly (readonly SqlToken[])[] {
  const items: SqlToken[][] = [[]];
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth < 0 || (depth === 0 && clauseEnds.has(lower(token)))) break;
    if (depth === 0 && token.text === ",") items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

function findingOf(item: readonly SqlToken[], nullable: ReadonlySet<string>): readonly SqlFinding[] {
  const words = item.map(lower);
  const name = words.filter((word) => word !== "asc" && word !== "desc");
  const column = name.length === 3 && name[1] === "." ? name[2] : name.length === 1 ? name[0] : undefined;
  const [first] = item;
  if (first === undefined || column === undefined || !nullable.has(column)) return [];
  return [
    {
      offset: first.offset,
      message: `"${column}" may be NULL, which comes first on BigQuery and last on DuckDB`,
      hint: "state nulls first or nulls last",
    },
  ];
}

function lower(token: SqlToken | undefined): string {
  return token?.text.toLowerCase() ?? "";
}
