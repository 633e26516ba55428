import { countOf, formatCount, formatSome } from "./format.ts";

/** What brought the rows of some sources, as far as it is recorded. */
export type RecordedFilling = {
  /** Folder of the files of a load, how many there were, and the program that fetched them. */
  readonly folder?: string;
  readonly files?: number;
  readonly fetch?: string;
  /** What a sample was drawn by. */
  readonly seed?: string;
  /** When it ended: an instant in ISO 8601. */
  readonly at: string;
};

/** Where the rows of a source came from. `warehouse`: they are the warehouse's own, which others write. */
export type SourceOrigin = {
  readonly table: string;
  /** How many there were then. */
  readonly rows?: number;
} & ({ readonly kind: "warehouse" } | ({ readonly kind: "load" | "sample" } & RecordedFilling));

/** Sources that are named; the others are counted. */
const mostNamed = 6;

/** Where the rows of sources came from, in a sentence for those that have one origin. */
export function originTexts(origins: readonly SourceOrigin[]): readonly string[] {
  const groups = Map.groupBy(origins, originOf);
  return [...groups].map(([origin, group]) => {
    const named = group.map(({ table, rows }) =>
      rows === undefined ? table : `${table} (${countOf(rows, "row")})`,
    );
    return `${formatSome(named, { limit: mostNamed, noun: "source" })}: ${origin}`;
  });
}

function originOf(origin: SourceOrigin): string {
  if (origin.kind === "warehouse") return "the warehouse's own tables";
  const { folder, files, fetch, seed, at } = origin;
  const what = [
    ...(folder === undefined ? [] : [`from ${folder}`]),
    ...(files === undefined ? [] : [`${formatCount(files)} ${files === 1 ? "file" : "files"}`]),
    ...(fetch === undefined ? [] : [`fetched by ${fetch}`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    `at ${at.slice(0, 16).replace("T", " ")} UTC`,
  ];
  return `${origin.kind} ${what.join(", ")}`;
}
