import { dateTermOf, type DateTerm, type FindReader } from "./date-term.ts";
import { nodeWord, type SqlNode } from "./sql-node.ts";

/**
 * That a date is between two others, ends included, each as days from what it counts from; open where undefined, and at
 * both ends where something bounds it that is not understood.
 */
export type DateBound<Reader> = {
  readonly reader: Reader;
  /** The other date; undefined for the date that is computed. */
  readonly from: Reader | undefined;
  readonly least: number | undefined;
  readonly most: number | undefined;
};

type Comparison = "<" | "<=" | "=" | ">=" | ">";
const mirrored: Readonly<Record<Comparison, Comparison>> = {
  "<": ">",
  "<=": ">=",
  "=": "=",
  ">=": "<=",
  ">": "<",
};

/**
 * What a condition says of dates wherever it holds: of its parts between `and` those that compare the date of something
 * that is read with `@start_date`, `@end_date` or the date of something else. Nothing where it has an `or`.
 */
export function dateBoundsOf<Reader>(
  condition: readonly SqlNode[],
  find: FindReader<Reader>,
): readonly DateBound<Reader>[] {
  return conjunctsOf(condition).flatMap((part) => {
    const [only] = part;
    if (part.length === 1 && only?.kind === "group") return dateBoundsOf(only.nodes, find);
    return comparisonsOf(part).flatMap(({ left, operator, right }) => {
      const [own, other] = [dateTermOf(left, find), dateTermOf(right, find)];
      return [
        ...boundOf({ own, operator, other }),
        ...boundOf({ own: other, operator: mirrored[operator], other: own }),
      ];
    });
  });
}

/** Parts between the `and` that are not those of `between`; none where an `or` stands beside them. */
function conjunctsOf(nodes: readonly SqlNode[]): readonly (readonly SqlNode[])[] {
  const parts: SqlNode[][] = [[]];
  let isBetween = false;
  for (const node of nodes) {
    const word = nodeWord(node);
    if (["or", "xor", "case"].includes(word)) return [];
    if (word === "and" && !isBetween) parts.push([]);
    else parts.at(-1)?.push(node);
    isBetween = word === "between" || (isBetween && word !== "and");
  }
  return parts;
}

type Compared = {
  readonly left: readonly SqlNode[];
  readonly operator: Comparison;
  readonly right: readonly SqlNode[];
};

function comparisonsOf(part: readonly SqlNode[]): readonly Compared[] {
  const at = part.findIndex((node) => nodeWord(node) === "between" || nodeWord(node) in mirrored);
  if (at < 0) return [];
  const left = part.slice(0, at);
  const right = part.slice(at + 1);
  const word = nodeWord(part[at]);
  if (isComparison(word)) return [{ left, operator: word, right }];
  const and = right.findIndex((node) => nodeWord(node) === "and");
  return [
    { left, operator: ">=", right: right.slice(0, and) },
    { left, operator: "<=", right: right.slice(and + 1) },
  ];
}

function isComparison(word: string): word is Comparison {
  return word in mirrored;
}

/** The first of the asked dates bounds from below only, and the last from above: else more is read for one of them. */
function boundOf<Reader>({
  own,
  operator,
  other,
}: {
  readonly own: DateTerm<Reader> | undefined;
  readonly operator: Comparison;
  readonly other: DateTerm<Reader> | undefined;
}): readonly DateBound<Reader>[] {
  if (own === undefined || typeof own.base === "string") return [];
  const { reader } = own.base;
  const vague = { reader, from: undefined, least: undefined, most: undefined };
  if (other === undefined) return [vague];
  const days = other.days - own.days;
  const least = leastBy[operator];
  const most = mostBy[operator];
  const bound = {
    reader,
    from: typeof other.base === "string" ? undefined : other.base.reader,
    least: least === undefined ? undefined : days + least,
    most: most === undefined ? undefined : days + most,
  };
  const isSure =
    other.base === "start_date" ? most === undefined : other.base !== "end_date" || least === undefined;
  return [isSure ? bound : vague];
}

/** Days that an operator adds to the date from which, and up to which, it holds. */
const leastBy: Readonly<Record<Comparison, number | undefined>> = {
  "<": undefined,
  "<=": undefined,
  "=": 0,
  ">=": 0,
  ">": 1,
};
const mostBy: Readonly<Record<Comparison, number | undefined>> = {
  "<": -1,
  "<=": 0,
  "=": 0,
  ">=": undefined,
  ">": undefined,
};
