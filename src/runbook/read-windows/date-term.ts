import { splitNodes, nodeWord, type SqlNode } from "./sql-node.ts";

/** What a bound of dates counts from, in days: a parameter, or the date of what is read at a place. */
export type DateTerm<Reader> = {
  readonly base: "start_date" | "end_date" | { readonly reader: Reader };
  readonly days: number;
};

/** Finds whose date an expression is; undefined where it is nobody's, or not surely. */
export type FindReader<Reader> = (nodes: readonly SqlNode[]) => Reader | undefined;

/** A date with days added or taken away, as both engines write it; undefined for every other expression. */
export function dateTermOf<Reader>(
  nodes: readonly SqlNode[],
  find: FindReader<Reader>,
): DateTerm<Reader> | undefined {
  const reader = find(nodes);
  if (reader !== undefined) return { base: { reader }, days: 0 };
  const [first, second] = nodes;
  if (nodes.length === 1) return first?.kind === "group" ? dateTermOf(first.nodes, find) : parameterOf(first);
  if (nodes.length === 2 && second?.kind === "group") return callOf(nodeWord(first), second.nodes, find);
  return sumOf(nodes, find);
}

function parameterOf<Reader>(node: SqlNode | undefined): DateTerm<Reader> | undefined {
  const name = nodeWord(node);
  if (name === "@start_date") return { base: "start_date", days: 0 };
  return name === "@end_date" ? { base: "end_date", days: 0 } : undefined;
}

/** `cast(… as date)`, `date(…)`, `date_sub(…, interval 6 day)`, `date_add(…, interval 6 day)`. */
function callOf<Reader>(
  name: string,
  nodes: readonly SqlNode[],
  find: FindReader<Reader>,
): DateTerm<Reader> | undefined {
  const isCast = name === "cast" && nodeWord(nodes.at(-1)) === "date" && nodeWord(nodes.at(-2)) === "as";
  if (isCast) return dateTermOf(nodes.slice(0, -2), find);
  if (name === "date") return dateTermOf(nodes, find);
  if (name !== "date_sub" && name !== "date_add") return undefined;
  const [date = [], interval = [], ...more] = splitNodes(nodes, (index) => nodeWord(nodes[index]) === ",");
  const days = nodeWord(interval[0]) === "interval" && more.length === 0 ? daysOf(interval) : undefined;
  return shifted(dateTermOf(date, find), name === "date_add" ? days : negative(days));
}

/** `… - interval 6 day`, `… + 1`. */
function sumOf<Reader>(nodes: readonly SqlNode[], find: FindReader<Reader>): DateTerm<Reader> | undefined {
  const at = nodes.findLastIndex((node) => ["+", "-"].includes(nodeWord(node)));
  if (at < 1) return undefined;
  const days = daysOf(nodes.slice(at + 1));
  return shifted(dateTermOf(nodes.slice(0, at), find), nodeWord(nodes[at]) === "+" ? days : negative(days));
}

/** `6`, `interval 6 day`, `interval '6' day`, `interval '6 days'`, the same in weeks. */
function daysOf(nodes: readonly SqlNode[]): number | undefined {
  const texts = nodes.map((node) => (node.kind === "token" ? node.token.text : "(")).join(" ");
  const bare = /^\d{1,5}$/.exec(texts)?.[0];
  if (bare !== undefined) return Number(bare);
  const [, count, unit = ""] = /^interval '?(\d{1,5})'? (day|week)s?'?$/i.exec(texts) ?? [];
  return count === undefined ? undefined : Number(count) * (unit.toLowerCase() === "week" ? 7 : 1);
}

function negative(days: number | undefined): number | undefined {
  return days === undefined ? undefined : -days;
}

function shifted<Reader>(
  term: DateTerm<Reader> | undefined,
  days: number | undefined,
): DateTerm<Reader> | undefined {
  return term === undefined || days === undefined ? undefined : { ...term, days: term.days + days };
}
