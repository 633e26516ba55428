import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../errors.ts";
import { writeParquet } from "../../sql/parquet-files.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { manifestFile, manifestSchema, tableFile, type Manifest } from "./manifest.ts";

/** A downloaded artifact: where it lies, and what it says of itself. */
export type ArtifactFolder = { readonly folder: string; readonly manifest: Manifest };

/** The path of a table's file in a downloaded artifact. */
export function pathOf({ folder }: ArtifactFolder, table: string): string {
  return join(folder, tableFile(table));
}

/** The rows of one table that go into an artifact. */
export type Extract = { readonly table: string; readonly query: string };

/** Fills a folder that becomes an artifact: a Parquet file per extract, and the manifest with their hashes. */
export async function writeArtifactFolder(
  warehouse: Warehouse,
  folder: string,
  content: { readonly extracts: readonly Extract[]; readonly manifest: Omit<Manifest, "files"> },
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const files: { table: string; sha256: string }[] = [];
  for (const { table, query } of content.extracts) {
    const path = join(folder, tableFile(table));
    await warehouse.query({ sql: writeParquet(query, path), purpose: `export ${table}` });
    files.push({ table, sha256: await sha256Of(path) });
  }
  const manifest = { ...content.manifest, files };
  await writeFile(join(folder, manifestFile), JSON.stringify(manifest, undefined, 2));
  return manifest;
}

/** Reads a downloaded artifact and proves that its files are those uploaded. Fault: artifact-lost. */
export async function readArtifactFolder(name: string, folder: string): Promise<ArtifactFolder> {
  const text = await readFile(join(folder, manifestFile), "utf8").catch((cause: unknown) => {
    throw lost(name, "it has no manifest", cause);
  });
  const manifest = parseManifest(name, text);
  for (const { table, sha256 } of manifest.files) {
    const found = await sha256Of(join(folder, tableFile(table))).catch((cause: unknown) => {
      throw lost(name, `it lacks the file of ${table}`, cause);
    });
    if (found !== sha256) throw lost(name, `the file of ${table} is not the one uploaded`);
  }
  return { folder, manifest };
}

function parseManifest(name: string, text: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw lost(name, "its manifest does not parse", cause);
  }
}

async function sha256Of(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

function lost(name: string, found: string, cause?: unknown): Fault {
  return new Fault("artifact-lost", `Cannot use the artifact "${name}": ${found}`, {
    hint: "Re-run all jobs, or dispatch again: the work of that artifact is done anew",
    cause,
  });
}
