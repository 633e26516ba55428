import { fillingOrigin } from "../operations/filling-origin.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { engines, workshopAddress } from "../engines/engine-table.ts";
import { randomBytes } from "node:crypto";
import { countOf, formatCount } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import {
  readStandingRows,
  recordFilling,
  refuseRowsOfOthers,
  type FillingCommand,
  type StandingRows,
} from "../ledger/fillings.ts";
import { readCatalog } from "../ledger/catalog.ts";
import { refuseOtherRunbook } from "../ledger/refuse-other-runbook.ts";
import { filledTables, runIngest, type Filling, type IngestResult } from "../run/ingest.ts";
import { fingerprintOfLoad, ownFolderOfLoad } from "../run/load-files.ts";
import { fetchFiles } from "../run/fetch-files.ts";
import { publishSources } from "../run/publish-sources.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Ingest } from "../runbook/ingest.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { runbookOf, type Command, type CommandContext } from "./command.ts";
import { openEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { formatTable } from "../report/terminal/fit-table.ts";

/** `cascade sample`: fills the raw tables by the runbook's seeded generator. */
export const sampleCommand: Command = {
  async run(context) {
    const runbook = await runbookOf(context);
    return ingestAndPrint(context, { runbook, command: "sample", ingest: required(runbook, "sample") });
  },
};

/** `cascade load --from <dir>`: fills the raw tables from public files. */
export const loadCommand: Command = {
  async run(context) {
    const runbook = await runbookOf(context);
    const ingest = required(runbook, "load");
    const from = context.options.text("from") ?? (await ownFilesOf(context, runbook, ingest));
    if (from !== undefined) return ingestAndPrint(context, { runbook, command: "load", ingest, from });
    throw new Fault("usage", "Cannot load: expected --from <dir>, found none", {
      hint: "Name the folder that holds the files, for example --from ../data, or write it as `from` of the runbook's load",
    });
  },
};

/** The folder that a load names, with what it fetches; undefined where it names none. */
async function ownFilesOf(
  context: CommandContext,
  runbook: Runbook,
  { from, fetch }: Ingest,
): Promise<string | undefined> {
  if (from === undefined) return undefined;
  const into = await ownFolderOfLoad(from);
  if (fetch !== undefined) await fetchAndTell(context, { runbook, fetch, into });
  return into;
}

/** Fetches the files of a load and tells what its program prints. Faults: load-failed, interrupted. */
export async function fetchAndTell(
  { effects: shell, terminal }: Pick<CommandContext, "effects" | "terminal">,
  fetching: Parameters<typeof fetchFiles>[0],
): Promise<void> {
  using effects = openEffects(shell, () => undefined);
  terminal.note(`Fetching into ${fetching.into}`);
  await fetchFiles(fetching, { ...effects, say: (line) => terminal.note(line) });
}

function required(runbook: Runbook, kind: "load" | "sample"): Ingest {
  const ingest = runbook[kind];
  if (ingest !== undefined) return ingest;
  throw new Fault("usage", `Cannot ${kind}: the runbook "${runbook.name}" declares no "${kind}"`, {
    hint: `Add a "${kind}" section to its runbook.yml`,
  });
}

/** A runbook's `sample` or `load`. */
type IngestRequest = {
  readonly runbook: Runbook;
  readonly command: FillingCommand;
  readonly ingest: Ingest;
  /** Folder of the files of a load. */
  readonly from?: string | undefined;
  /** What the files were when somebody looked whether they have changed; as they are after the load where nobody did. */
  readonly digest?: string;
};

/**
 * Runs a runbook's ingest on the options' warehouse, and tells what it has replaced. Elsewhere than on DuckDB it runs in
 * memory first, and the source tables are then replaced by what it made. Faults: rows-of-others where a sample would
 * replace what no sample made, unless `--replace` is given; ledger-taken; load-failed.
 */
export async function ingest(context: CommandContext, request: IngestRequest): Promise<Filling> {
  const { options, effects, terminal } = context;
  const { runbook, command, from } = request;
  const folders = from === undefined ? [] : [from];
  await using warehouse = await openWarehouse(effects, {
    address: options.warehouse,
    mode: "write",
    runbook,
    folders,
  });
  await refuseOtherRunbook(warehouse, await readCatalog(warehouse, runbook), runbook);
  const tables = filledTables(request.ingest);
  const standing = await readStandingRows(warehouse, runbook, tables);
  if (command === "sample" && options.flag("replace") !== true) refuseRowsOfOthers(standing);
  const startedAt = effects.now();
  const result = await fill(context, { ...request, from, folders, warehouse });
  const digest = request.digest ?? (from === undefined ? "" : await fingerprintOfLoad(from, request.ingest));
  const runId = `${command}-${randomBytes(8).toString("hex")}`;
  const finishedAt = effects.now();
  const isFetched = from !== undefined && from === request.ingest.from && options.text("from") === undefined;
  const origin = await fillingOrigin(request.ingest, { from, isFetched, seed: options.count("seed") });
  const times = { startedAt, finishedAt };
  const { tables: rows } = result;
  await recordFilling(warehouse, runbook, { command, runId, tables, ...times, digest, origin, rows });
  for (const rows of standing) terminal.note(replacementLine(rows));
  const replaced = new Map(standing.map(({ table, ...rows }) => [table, rows]));
  return {
    ...result,
    tables: result.tables.map((filled) => {
      const before = replaced.get(filled.table);
      return before === undefined ? filled : { ...filled, replaced: before };
    }),
  };
}

function replacementLine({ table, rows, madeBy }: StandingRows): string {
  const whose = madeBy === "others" ? "that neither sample nor load has made" : `that ${madeBy} made`;
  return `Replaced ${countOf(rows, "row")} of ${table} ${whose}`;
}

async function fill(
  { options, effects }: CommandContext,
  {
    runbook,
    ingest: declared,
    from,
    folders,
    warehouse,
  }: IngestRequest & {
    readonly from: string | undefined;
    readonly folders: readonly string[];
    readonly warehouse: Warehouse;
  },
): Promise<IngestResult> {
  const seed = options.count("seed");
  const seasons = options.count("seasons");
  const request = {
    runbook,
    ingest: declared,
    from,
    parameters: {
      ...(seed === undefined ? {} : { seed }),
      ...(seasons === undefined ? {} : { seasons }),
    },
  };
  if (engines[warehouse.engine].runsIngest) return await runIngest(warehouse, request);
  await using workshop = await openWarehouse(effects, {
    address: workshopAddress,
    mode: "write",
    runbook,
    folders,
  });
  const result = await runIngest(workshop, request);
  const tables = result.tables.map(({ table }) => table);
  const token = randomBytes(4).toString("hex");
  await publishSources(workshop, warehouse, {
    runbook: await completeRunbook(workshop, runbook),
    tables,
    token,
  });
  return result;
}

async function ingestAndPrint(context: CommandContext, request: IngestRequest): Promise<number> {
  const result = await ingest(context, request);
  const { options, terminal } = context;
  terminal.out(options.json ? escapeJson(JSON.stringify(result, undefined, 2)) : ingestText(result));
  return 0;
}

function ingestText(result: Filling): string {
  const rows = result.tables.map(({ table, rows, replaced }) => [
    table,
    formatCount(rows),
    replaced === undefined ? "" : formatCount(replaced.rows),
  ]);
  const findings = result.findings.map(
    ({ check, finding, occurrences }) => `${check}: ${finding} (${formatCount(occurrences)})`,
  );
  return [formatTable([["table", "rows", "replaced"], ...rows]), ...findings].join("\n");
}
