import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { formatLines } from "../domain/format.ts";
import { exitCodeOf, type ResultProblem } from "../domain/verdict.ts";
import { contaminationJson } from "../gates/contamination/contamination-json.ts";
import { isDirty, type ContaminationTable } from "../gates/contamination/contamination-table.ts";
import { taintsIn } from "../gates/contamination/find-taints.ts";
import { readContamination } from "../gates/contamination/read-contamination.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import type { Taint } from "../gates/contamination/taint.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { openGates } from "./open-gates.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { paint } from "./terminal.ts";

const namedFindings = 20;

/** `cascade contamination`: bad values, and partitions built from upstream that was incomplete or has changed. */
export const contaminationCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const scope = await openGates(warehouse, context, runbook);
    const coverage = await readCoverage(warehouse, scope);
    const tables = await readContamination(warehouse, scope, coverage);
    const taints = taintsIn(scope);
    const json = contaminationJson(tables, taints);
    terminal.out(
      options.json ? escapeJson(JSON.stringify(json, undefined, 2)) : contaminationText(tables, taints),
    );
    return exitCodeOf(problemsOf(tables, taints, options.flag("strict") ?? false));
  },
};

function problemsOf(
  tables: readonly ContaminationTable[],
  taints: readonly Taint[],
  isStrict: boolean,
): readonly ResultProblem[] {
  const isUnanswered = tables.some(({ status }) => status === "check-failed");
  const dirty = tables.filter(
    ({ status }) => isDirty(status, isStrict) || (isStrict && status === "suspect"),
  ).length;
  const taintedDates = new Set(taints.map(({ date }) => date)).size;
  const problem = { kind: "contaminated", tables: dirty, tainted: taints.length, taintedDates } as const;
  return [
    ...(isUnanswered ? [{ kind: "check-failed" as const, checks: ["contamination"] }] : []),
    ...(dirty + taints.length > 0 ? [problem] : []),
  ];
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
    problemsOf(tables, taints, true).length === 0
      ? paint("good", "Clean: every checked field and partition can be trusted")
      : paint("bad", `${findings.length} findings, ${taints.length} tainted partitions`);
  return [
    verdict,
    "",
    formatTable([["table", "phase", "status", "dates"], ...rows]),
    ...formatLines([...findings, ...tainted], { limit: namedFindings, where: "all with --json" }),
  ].join("\n");
}
