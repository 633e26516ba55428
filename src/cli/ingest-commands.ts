import { escapeJson } from "../report/text/terminal-text.ts";
import { engines, workshopAddress } from "../engines/engine-table.ts";
import { randomBytes } from "node:crypto";
import { formatCount } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { runIngest, type IngestResult } from "../run/ingest.ts";
import { publishSources } from "../run/publish-sources.ts";
import type { Ingest, Runbook } from "../runbook/runbook.ts";
import { runbookOf, type Command, type CommandContext } from "./command.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { formatTable } from "./terminal.ts";

/** `cascade sample`: fills the raw tables by the runbook's seeded generator. */
export const sampleCommand: Command = {
  summary: "generate the runbook's synthetic raw tables",
  usage: "cascade sample [runbook] [--seed N]",
  async run(context) {
    const runbook = await runbookOf(context);
    return ingestAndPrint(context, { runbook, ingest: required(runbook, "sample") });
  },
};

/** `cascade load --from <dir>`: fills the raw tables from public files. */
export const loadCommand: Command = {
  summary: "load public files into the raw tables",
  usage: "cascade load [runbook] --from <dir>",
  async run(context) {
    const runbook = await runbookOf(context);
    const ingest = required(runbook, "load");
    if (context.options.text("from") === undefined) {
      throw new Fault("usage", "Cannot load: expected --from <dir>, found none", {
        hint: "Name the folder that holds the files, for example --from ../data",
      });
    }
    return ingestAndPrint(context, { runbook, ingest });
  },
};

function required(runbook: Runbook, kind: "load" | "sample"): Ingest {
  const ingest = runbook[kind];
  if (ingest !== undefined) return ingest;
  throw new Fault("usage", `Cannot ${kind}: the runbook "${runbook.name}" declares no "${kind}"`, {
    hint: `Add a "${kind}" section to its runbook.yml`,
  });
}

/**
 * Runs a runbook's ingest on the options' warehouse. Elsewhere than on DuckDB it runs in memory first, and the source
 * tables are then replaced by what it made.
 */
export async function ingest(
  { options, effects }: CommandContext,
  request: { readonly runbook: Runbook; readonly ingest: Ingest },
): Promise<IngestResult> {
  const from = options.text("from");
  const folders = from === undefined ? [] : [from];
  await using warehouse = await openWarehouse(effects, {
    address: options.warehouse,
    mode: "write",
    runbook: request.runbook,
    folders,
  });
  const seed = options.count("seed");
  const seasons = options.count("seasons");
  const ingestRequest = {
    ...request,
    from,
    parameters: {
      ...(seed === undefined ? {} : { seed }),
      ...(seasons === undefined ? {} : { seasons }),
    },
  };
  if (engines[warehouse.engine].runsIngest) return await runIngest(warehouse, ingestRequest);
  await using workshop = await openWarehouse(effects, {
    address: workshopAddress,
    mode: "write",
    runbook: request.runbook,
    folders,
  });
  const result = await runIngest(workshop, ingestRequest);
  const tables = result.tables.map(({ table }) => table);
  const token = randomBytes(4).toString("hex");
  await publishSources(workshop, warehouse, { runbook: request.runbook, tables, token });
  return result;
}

async function ingestAndPrint(
  context: CommandContext,
  request: { readonly runbook: Runbook; readonly ingest: Ingest },
): Promise<number> {
  const result = await ingest(context, request);
  const { options, terminal } = context;
  terminal.out(options.json ? escapeJson(JSON.stringify(result, undefined, 2)) : ingestText(result));
  return 0;
}

function ingestText(result: IngestResult): string {
  const rows = result.tables.map(({ table, rows }) => [table, formatCount(rows)]);
  const findings = result.findings.map(
    ({ check, finding, occurrences }) => `${check}: ${finding} (${formatCount(occurrences)})`,
  );
  return [formatTable([["table", "rows"], ...rows]), ...findings].join("\n");
}
