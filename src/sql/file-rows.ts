import { duckdb } from "./duckdb.ts";

const kinds = {
  parquet: { ending: /\.parquet$/i, name: "Parquet", read: "read_parquet", options: "" },
  csv: { ending: /\.[ct]sv(?:\.gz)?$/i, name: "CSV", read: "read_csv", options: ", sample_size = -1" },
  ndjson: {
    ending: /\.(?:ndjson|jsonl)(?:\.gz)?$/i,
    name: "NDJSON",
    read: "read_json",
    options: ", format = 'newline_delimited', sample_size = -1",
  },
} as const;

/** What a file of rows is, by the ending of its name. */
export type FileKind = keyof typeof kinds;

/** The kind of a file; undefined for a file that holds no rows that can be read. */
export function fileKindOf(path: string): FileKind | undefined {
  return (Object.keys(kinds) as FileKind[]).find((kind) => kinds[kind].ending.test(path));
}

/** A kind as people call it. */
export function fileKindName(kind: FileKind): string {
  return kinds[kind].name;
}

/** The name of a file without the ending that tells its kind. */
export function fileStem(name: string): string {
  return Object.values(kinds).reduce((stem, { ending }) => stem.replace(ending, ""), name);
}

/**
 * Files of one kind as one relation, columns matched by name; those of folders named `column=value` are columns as well.
 * Types of texts are found in all of their rows. DuckDB only.
 */
export function fileRows(paths: readonly string[], kind: FileKind): string {
  const { read, options } = kinds[kind];
  return `${read}([${paths.map(duckdb.quoteText).join(", ")}], union_by_name = true${options})`;
}
