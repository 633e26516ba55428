import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { shellWord } from "../domain/printed-command.ts";
import { Fault } from "../errors.ts";
import { allEngines, findWarehouse, workshopAddress } from "../engines/engine-table.ts";
import { forEditors } from "../operations/editor-schemas.ts";
import { beginFromFolder, beginFromWarehouse, type Begun } from "../operations/new/starter-from.ts";
import { readManifest } from "../operations/new/read-manifest.ts";
import { readStatements } from "../operations/new/read-statements.ts";
import { openToLook } from "../process/open-warehouse.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { runbooksFolder } from "../run/find-runbook.ts";
import { invalidRunbook } from "../run/read-runbook.ts";
import { lintRunbook } from "../runbook/lint-runbook.ts";
import { ownAddress, ownFolder } from "../runbook/schema/value-schemas.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { sampleStarter } from "../starter/sample-starter.ts";
import { isRunbookName, type StarterFiles } from "../starter/starter-files.ts";
import type { Command, CommandContext } from "./command.ts";
import { invocationOf } from "./invocation.ts";

/** `cascade new`: writes a runbook that lints clean and runs, never over something. */
export const newCommand: Command = {
  async run(context) {
    const name = nameOf(context);
    const folder = join(runbooksFolder, name);
    refuseExisting(folder);
    const begun = await beginRunbook(context, name);
    refuseInvalid({ folder, name, files: begun.files });
    await writeAll(folder, begun.files);
    tell(context, { name, folder, ...begun });
    return 0;
  },
};

async function beginRunbook(context: CommandContext, name: string): Promise<Begun> {
  const { options, effects } = context;
  const from = options.text("from");
  const tables = options
    .text("tables")
    ?.split(",")
    .map((table) => table.trim());
  if (from === undefined) {
    if (tables === undefined && (options.text("sql") ?? options.text("dbt")) === undefined) {
      return { files: sampleStarter(name), skipped: [] };
    }
    throw new Fault("usage", "Cannot write a runbook of tables: expected --from, found none", {
      hint: "Say where the tables are: --from duckdb:<file>, bigquery:<project> or a folder of files",
    });
  }
  const [sql, dbt] = [options.text("sql"), options.text("dbt")];
  const carried = dbt === undefined ? { statements: [], notCarried: [] } : await readManifest(dbt);
  const request = {
    name,
    tables,
    place: { typed: from, own: ownPlace(from) },
    statements: [...(sql === undefined ? [] : await readStatements(sql)), ...carried.statements],
    notCarried: carried.notCarried,
    openWorkshop: (folder: string) => openToLook(effects, { address: workshopAddress, folders: [folder] }),
  };
  if (!isAddress(from)) {
    await using workshop = await request.openWorkshop(from);
    return await beginFromFolder(workshop, request);
  }
  const file = fileAt(from);
  await using warehouse = await openToLook(effects, { address: from });
  return await beginFromWarehouse(warehouse, request, file);
}

/** The database that an address names; undefined where that is no file. Fault: usage where it is not there. */
function fileAt(from: string): { readonly path: string; readonly folder: string } | undefined {
  const path = findWarehouse(from)?.place.file;
  if (path === undefined) return undefined;
  if (existsSync(path)) return { path, folder: dirname(path) };
  throw new Fault("usage", `Cannot begin from "${from}": there is no such file`, {
    hint: "Name the database that holds your tables; leave out --from for a runbook with a sample",
  });
}

/** A place as a runbook may name it: a project, or what is in the current folder, by its path from there. */
function ownPlace(from: string): string | undefined {
  const path = isAddress(from) ? from.slice(from.indexOf(":") + 1) : from;
  const kind = from.slice(0, from.length - path.length);
  const own = `${kind}${existsSync(path) ? relative(".", path) : path}`;
  const form = isAddress(from) ? ownAddress : ownFolder;
  return form.safeParse(own).success ? own : undefined;
}

/** What was written for somebody's tables has to run as it is: what the format refuses is not written. */
function refuseInvalid(text: RunbookText): void {
  const linted = lintRunbook(text);
  if (linted.kind === "invalid") throw invalidRunbook(text.folder, linted.problems);
}

function nameOf({ options: { positionals } }: CommandContext): string {
  const [name, extra] = positionals;
  if (name === undefined || extra !== undefined) {
    const found = name === undefined ? "none" : `"${extra ?? ""}" as well`;
    throw new Fault("usage", `Cannot write a runbook: expected one name, found ${found}`, {
      hint: "Name it, for example `cascade new shop`",
    });
  }
  if (isRunbookName(name)) return name;
  throw new Fault(
    "usage",
    `Cannot write the runbook "${name}": expected a name of lower-case letters, digits and single hyphens`,
    { hint: `Name it ${suggestion(name)}` },
  );
}

function suggestion(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[-0-9]+|-+$/g, "");
  return isRunbookName(words) ? `"${words}"` : 'as a table would be named, for example "shop"';
}

function refuseExisting(folder: string): void {
  if (!existsSync(folder)) return;
  throw new Fault("runbook-exists", `Cannot write "${folder}": it exists`, {
    hint: "Choose another name, or remove the folder",
  });
}

async function writeAll(folder: string, files: StarterFiles): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), headed(join(folder, path), text), { flag: "wx" });
  }
}

function headed(path: string, text: string): string {
  return basename(path) === "runbook.yml" ? forEditors(path, { kind: "runbook", text }) : text;
}

function tell(
  context: CommandContext,
  { name, folder, files, skipped }: Begun & { readonly name: string; readonly folder: string },
): void {
  const { terminal, options } = context;
  const paths = [...files.keys()].map((path) => join(folder, path));
  terminal.out(
    options.json
      ? escapeJson(JSON.stringify({ name, files: paths, skipped }, undefined, 2))
      : paths.join("\n"),
  );
  for (const reason of skipped) terminal.note(`Left out: ${reason}`);
  terminal.note(`\nNext: ${nextCommands(context, name).join(" && ")}`);
}

/**
 * What comes after: a run, which is told where the tables or files are when the runbook may not name that. Where no file
 * is the warehouse, its datasets are created first, by whoever may do that.
 */
function nextCommands(context: CommandContext, name: string): readonly string[] {
  const { prefix } = invocationOf(context);
  const from = context.options.text("from");
  const isOwn = from === undefined || ownPlace(from) !== undefined;
  const where = isOwn || !isAddress(from) ? "" : ` --warehouse ${shellWord(from)}`;
  const isFile = from === undefined || !isAddress(from) || findWarehouse(from)?.place.file !== undefined;
  return [
    ...(isFile ? [] : [`${prefix} init ${shellWord(name)}${where}`]),
    ...(isOwn || isAddress(from) ? [] : [`${prefix} load ${shellWord(name)} --from ${shellWord(from)}`]),
    `${prefix} run ${shellWord(name)}${where}`,
  ];
}

function isAddress(from: string): boolean {
  return allEngines.some((engine) => from.startsWith(`${engine.name}:`));
}
