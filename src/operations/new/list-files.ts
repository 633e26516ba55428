import { readdir } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { parseTableId, type TableId } from "../../domain/table-id.ts";
import { Fault } from "../../errors.ts";
import { nearestName } from "../../runbook/nearest.ts";
import { fileKindOf, fileRows, fileStem, type FileKind } from "../../sql/file-rows.ts";
import { findLoadFiles } from "../../run/load-files.ts";
import { unmarkedFiles } from "../../run/unmarked-files.ts";
import { datasetFor } from "../../starter/starter-files.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { rowSetColumns, type RowSet } from "./row-set.ts";

/** Files that become a table: a pattern of them, from the folder. */
export type FoundFiles = { readonly table: TableId; readonly path: string };

/**
 * The tables that a folder's files are: each file by its name, files that differ by a number or date at the end of their
 * names together, and a folder's files by the name of the folder. Faults: usage, nothing-to-build, unknown-name.
 */
export async function listFiles(
  folder: string,
  { runbook, named }: { readonly runbook: string; readonly named: readonly string[] | undefined },
): Promise<readonly FoundFiles[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Fault("usage", `Cannot begin from "${folder}": it is no folder that can be read`, {
      hint: "Name a folder of Parquet, CSV or NDJSON files, duckdb:<file> or bigquery:<project>",
      cause,
    });
  });
  const paths = entries
    .filter((entry) => entry.isFile() && fileKindOf(entry.name) !== undefined)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
  const groups = Map.groupBy(paths, (path) => tableOf(folder, path));
  const found = [...groups].flatMap(([name, files]): readonly FoundFiles[] => {
    const table = parseTableId(`${datasetFor(runbook, "raw")}.${name}`);
    return table === undefined ? [] : [{ table, path: patternOf(files) }];
  });
  if (found.length === 0) {
    throw new Fault(
      "nothing-to-build",
      `Cannot begin from "${folder}": it holds no file that ends in .parquet, .csv, .tsv, .ndjson or .jsonl`,
      { hint: "Name the folder that holds the files with --from" },
    );
  }
  return named === undefined ? found : named.map((name) => pick(name, found));
}

/** The name of the table that a file belongs to. */
function tableOf(folder: string, path: string): string {
  const [first = "", ...rest] = path.split("/");
  if (rest.length > 0 && !first.includes("=")) return nameOf(first);
  const stem = nameOf(fileStem(first).replace(/[-_.]?\d[\d\-_.]*$/, ""));
  const isPart = rest.length > 0 || stem === "" || stem === "part" || stem === "data";
  return isPart ? nameOf(basename(resolve(folder))) : stem;
}

function nameOf(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return words.replace(/^(?=\d)/, "t_");
}

/** A pattern that fits all of the files: their only path, or what they have in common. */
function patternOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  if (paths.length === 1) return first;
  const ending = /\.\w+(?:\.gz)?$/.exec(first)?.[0] ?? "";
  const folders = new Set(paths.map((path) => path.split("/").slice(0, -1).join("/")));
  const isFlat = folders.size === 1;
  const names = paths.map((path) => path.split("/").at(-1) ?? "");
  const stem = isFlat ? commonStart(names) : "";
  const place = isFlat ? ([...folders][0] ?? "") : commonFolder(paths);
  return [...(place === "" ? [] : [place]), ...(isFlat ? [] : ["**"]), `${stem}*${ending}`].join("/");
}

function commonStart(names: readonly string[]): string {
  const [first = ""] = names;
  let length = first.length;
  while (length > 0 && !names.every((name) => name.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length).replace(/\d+$/, "");
}

function commonFolder(paths: readonly string[]): string {
  const [first = ""] = paths[0]?.split("/") ?? [];
  return paths.every((path) => path.startsWith(`${first}/`)) && !first.includes("=") ? first : "";
}

function pick(name: string, found: readonly FoundFiles[]): FoundFiles {
  const same = found.find(({ table }) => table === name || table.endsWith(`.${name}`));
  if (same !== undefined) return same;
  const names = found.map(({ table }) => table);
  const nearest = nearestName(name, names);
  throw new Fault("unknown-name", `Cannot begin from "${name}": no file makes such a table`, {
    hint: nearest === undefined ? `Name some of ${names.join(", ")}` : `Write "${nearest}"`,
  });
}

/** The rows of files, as their rowSet, which is readable as long as `scratch` is there. Fault: load-failed for what cannot be read. */
export async function readFiles(
  warehouse: Warehouse,
  { table, path }: FoundFiles,
  { folder, scratch }: { readonly folder: string; readonly scratch: string },
): Promise<RowSet> {
  const kind: FileKind = fileKindOf(path) ?? "parquet";
  const found = await findLoadFiles(folder, { path });
  const rows = fileRows(await unmarkedFiles(found, { kind, folder: join(scratch, table) }), kind);
  const statement = { sql: `describe select * from ${rows}`, purpose: `read ${path}` };
  const shape = { column_name: typed.text, column_type: typed.text };
  const described = await queryRows(warehouse, statement, shape).catch((cause: unknown) => {
    throw new Fault("load-failed", `Cannot read "${join(folder, path)}": ${messageOf(cause)}`, {
      hint: "Mend or remove the file, or name the tables that you want with --tables",
      cause,
    });
  });
  return {
    table,
    from: `${rows} as looked_at`,
    columns: rowSetColumns(
      warehouse.dialect,
      described.map(({ column_name, column_type }) => ({ written: column_name, printed: column_type })),
      true,
    ),
  };
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}
