import { contaminationJson } from "../gates/contamination/contamination-json.ts";
import type { ContaminationTable } from "../gates/contamination/contamination-table.ts";
import { findTaints } from "../gates/contamination/find-taints.ts";
import { readContamination } from "../gates/contamination/read-contamination.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import type { Taint } from "../gates/contamination/taint.ts";
import { runbookOf, type Command } from "./command.ts";
import { openGates } from "./open-gates.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { formatTable, paint } from "./terminal.ts";

const namedFindings = 20;

/** `cascade contamination`: bad values, and partitions built from upstream that was incomplete or has changed. */
export const contaminationCommand: Command = {
  summary: "which values and partitions cannot be trusted, and why",
  usage: "cascade contamination [runbook] [selection] [--strict] [--json]",
  async run(context) {
    const { options, terminal, effects } = context;
    const runbook = await runbookOf(context);
    await using warehouse = await openWarehouse(effects, { address: options.warehouse, mode: "read" });
    const scope = await openGates(warehouse, context, runbook);
    const coverage = await readCoverage(warehouse, scope);
    const tables = await readContamination(warehouse, scope, coverage);
    const chosen = new Set(scope.processors.map(({ id }) => id));
    const dates = new Set(scope.days.map(({ date }) => date));
    const taints = findTaints(runbook, scope.state, scope.range).filter(
      ({ processor, date }) => chosen.has(processor) && dates.has(date),
    );
    const json = contaminationJson(tables, taints);
    terminal.out(options.json ? JSON.stringify(json, undefined, 2) : contaminationText(tables, taints));
    return exitCodeOf(tables, taints, options.flag("strict") ?? false);
  },
};

function exitCodeOf(
  tables: readonly ContaminationTable[],
  taints: readonly Taint[],
  isStrict: boolean,
): number {
  const statuses = new Set(tables.map(({ status }) => status));
  if (statuses.has("check-failed")) return 3;
  const isBad = statuses.has("contaminated") || statuses.has("no-data") || taints.length > 0;
  return isBad || (isStrict && statuses.has("partial")) ? 1 : 0;
}

function contaminationText(tables: readonly ContaminationTable[], taints: readonly Taint[]): string {
  const rows = tables.map(({ table, phase, status, fields }) => {
    const found = fields.filter((field) => field.status !== "clean" && field.date !== undefined);
    const dates = new Set(found.map(({ date }) => date));
    return [table, String(phase), status, String(dates.size)];
  });
  const findings = tables.flatMap(({ table, fields, messages }) => [
    ...messages.map((message) => `${table}: ${message}`),
    ...fields
      .filter(({ status }) => status !== "clean")
      .map(({ date, status, detail }) => `${table} ${date ?? "over the range"} ${status}: ${detail}`),
  ]);
  const tainted = taints.map(({ processor, date, because }) => `${processor} ${date} tainted: ${because}`);
  const verdict =
    exitCodeOf(tables, taints, true) === 0
      ? paint("good", "Clean: every checked field and partition can be trusted")
      : paint("bad", `${findings.length} findings, ${taints.length} tainted partitions`);
  return [
    verdict,
    "",
    formatTable([["table", "phase", "status", "dates"], ...rows]),
    ...shorten([...findings, ...tainted]),
  ].join("\n");
}

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= namedFindings) return lines;
  return [...lines.slice(0, namedFindings), `and ${lines.length - namedFindings} more; all with --json`];
}
