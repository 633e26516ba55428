import type { TableId } from "../domain/table-id.ts";

/** A SQL file of the runbook: the text as written, and its path relative to the runbook's folder. */
export type SqlFile = { readonly file: string; readonly text: string };

type IngestFile = { readonly name: string; readonly path: string; readonly columns: readonly string[] };
type IngestCheck = { readonly name: string; readonly level: "stop" | "report"; readonly sql: SqlFile };

/** A program that fetches files, and the names of the secrets that it may see. */
export type FetchCommand = {
  readonly argv: readonly string[];
  readonly secrets: readonly string[];
  readonly timeoutSeconds: number;
};

/** How raw tables come into being: DuckDB scripts run in order in one transaction, then checks of what they made. */
export type Ingest = {
  /** Statements run first (macros). */
  readonly prelude: SqlFile | undefined;
  /** Folder of the files where `--from` names none; `run` loads from it the first time and when they change. */
  readonly from?: string | undefined;
  /** What puts the files into `from` before they are loaded. */
  readonly fetch?: FetchCommand;
  /** Files in the folder, or patterns of files; each is readable as the view `file_<name>`. */
  readonly files: readonly IngestFile[];
  /** Values for `@name`; `seed` may be given on the command line. */
  readonly parameters: Readonly<Record<string, number | bigint | string>>;
  readonly steps: readonly {
    readonly target:
      | { readonly kind: "source"; readonly table: TableId }
      | { readonly kind: "scratch"; readonly name: string };
    readonly sql: SqlFile;
  }[];
  /** Each statement returns (`finding` text, `occurrences` int); rows of a `stop` check undo the load. */
  readonly checks: readonly IngestCheck[];
};
