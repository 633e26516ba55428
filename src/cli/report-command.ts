import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { styleText } from "node:util";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { gateStateRange, wholePeriods } from "../gates/gate-range.ts";
import { inForce, openGateScope, type GateScope } from "../gates/gate-scope.ts";
import { judgeBudgets } from "../gates/judge-budgets.ts";
import { readCauses, type Causes } from "../gates/read-causes.ts";
import { readContamination } from "../gates/read-contamination.ts";
import { readContract } from "../gates/read-contract.ts";
import { readCoverage } from "../gates/read-coverage.ts";
import { readGaps } from "../gates/read-gaps.ts";
import { rememberAnswers } from "../gates/remember-answers.ts";
import { taintsIn } from "../gates/run-gates.ts";
import { readState } from "../ledger/read-state.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import type { Selection } from "../plan/plan.ts";
import { buildModel } from "../report/build-model.ts";
import type { GateFacts, ReportContext, ReportFacts } from "../report/facts.ts";
import { renderHtml } from "../report/html/render-html.ts";
import { renderMarkdown } from "../report/markdown/render-markdown.ts";
import type { ReportModel } from "../report/model.ts";
import { parseReport, renderJson } from "../report/render-json.ts";
import { renderTerminal } from "../report/terminal/render-terminal.ts";
import { verdictOf } from "../report/verdict.ts";
import { collectReport } from "../run/collect-report.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { triagePartitions } from "../triage/triage-partitions.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { runbookOf, type Command } from "./command.ts";
import { openWarehouse } from "./open-warehouse.ts";
import { selectionOf } from "./selection.ts";
import type { Terminal } from "./terminal.ts";

/** Folder that reports go to unless `--out` names one. */
export const defaultOut = "out";

/** `cascade report`: writes report.md, report.html and report.json. Exit 1 when something is needed, 3 when a check failed. */
export const reportCommand: Command = {
  summary: "write report.md, report.html and report.json",
  usage: "cascade report [runbook] [selection] [--out <dir>] [--json]",
  async run(context) {
    const { options, terminal } = context;
    const runbook = await runbookOf(context);
    await using warehouse = await openWarehouse(options.warehouse, "read");
    const out = options.text("out") ?? defaultOut;
    const request = { runbook, selection: selectionOf(runbook, options), out, context: readContext() };
    const model = await reportOn(warehouse, request);
    await writeReport(out, model);
    terminal.out(options.json ? renderJson(model).trimEnd() : reportText(model, terminal));
    terminal.note(
      `\n${["report.md", "report.html", "report.json"].map((name) => join(out, name)).join(", ")}`,
    );
    return exitCodeOf(model);
  },
};

/** What a report is asked for; `plan` is that of the run it reports on, when one was just made. */
export type ReportRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  /** Folder in which the report before this one lies. */
  readonly out: string;
  readonly context: ReportContext;
  readonly plan?: { readonly cells: NonNullable<ReportFacts["planned"]> } | undefined;
};

/** Makes every check over the whole periods of the selection, reads the ledger, and builds the report; writes nothing. */
export async function reportOn(warehouse: Warehouse, request: ReportRequest): Promise<ReportModel> {
  const { runbook, selection } = request;
  const range = wholePeriods(runbook, selection.range);
  const state = await readState(warehouse, runbook, gateStateRange(runbook, range));
  const remembering = rememberAnswers(warehouse);
  const { processors, phases } = selection;
  const scope = await openGateScope(remembering, {
    runbook,
    state,
    range,
    today: request.context.today,
    ...(processors === undefined ? {} : { processors }),
    ...(phases === undefined ? {} : { phases }),
  });
  const gates = await askGates(remembering, scope);
  const causes = await readCauses(remembering, runbook, gates.budgets ?? []);
  const { run, ...history } = await collectReport(warehouse, { runbook, range });
  const own = {
    range,
    ...(processors === undefined ? {} : { processors }),
    ...(phases === undefined ? {} : { phases }),
  };
  const facts: ReportFacts = {
    runbook,
    range,
    days: scope.days,
    processors: scope.processors.map(({ id }) => id),
    gates,
    history: { ...history, hasEnded: run?.hasEnded ?? true },
    pending: planBackfill(runbook, state, { ...own, isWaived: waivedIn(scope) }),
    planned: request.plan?.cells,
    decisions: decisionsOn(scope, { gates, causes: causes.counts, selection: own }),
    previous: await previousReport(request.out, runbook.name),
    context: { runId: run?.runId, digest: run?.digest, warehouse: warehouse.address, ...request.context },
  };
  return buildModel(facts);
}

async function askGates(warehouse: Warehouse, scope: GateScope): Promise<GateFacts> {
  const coverage = await readCoverage(warehouse, scope);
  const { runbook, state } = scope;
  return {
    coverage,
    budgets: judgeBudgets({ runbook, state, rows: coverage.rows, waivers: inForce(scope, "budget") }),
    gaps: await readGaps(warehouse, scope, coverage),
    contamination: await readContamination(warehouse, scope, coverage),
    taints: taintsIn(scope),
    contract: await readContract(warehouse, scope),
    waivers: scope.waivers,
  };
}

function decisionsOn(
  scope: GateScope,
  asked: {
    readonly gates: GateFacts;
    readonly causes: Causes["counts"];
    readonly selection: Selection;
  },
): ReportFacts["decisions"] {
  const { coverage, contamination = [], taints = [], budgets = [], gaps } = asked.gates;
  const { causes } = asked;
  return triagePartitions({
    runbook: scope.runbook,
    state: scope.state,
    findings: {
      coverage: coverage?.rows ?? [],
      contamination,
      taints,
      budgets,
      gaps: gaps?.tables ?? [],
      causes,
    },
    selection: { ...asked.selection, isWaived: waivedIn(scope) },
  });
}

function waivedIn(scope: GateScope): NonNullable<Selection["isWaived"]> {
  const pairs = inForce(scope, "gap").flatMap(({ processor, dates }) =>
    dates.map((date) => `${processor} ${date}`),
  );
  const waived = new Set(pairs);
  return (processor, date) => waived.has(`${processor} ${date}`);
}

/** Writes the three files of a report, the page last: who sees it finds the others complete. */
export async function writeReport(out: string, model: ReportModel): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "report.json"), renderJson(model));
  await writeFile(join(out, "report.md"), renderMarkdown(model));
  await writeFile(join(out, "report.html"), renderHtml(model));
}

const formats = { good: "green", careful: "yellow", bad: "red", idle: "dim" } as const;

/** The report for this terminal; in colours only where standard output is one and NO_COLOR is not set. */
function reportText(model: ReportModel, { columns }: Terminal): string {
  return renderTerminal(model, {
    width: process.stdout.columns ?? columns,
    paint: (tone, text) => styleText(formats[tone], text, { stream: process.stdout }),
  });
}

/** 3 when a check could not be made, 1 when somebody has to act, else 0. */
function exitCodeOf(model: ReportModel): number {
  if (model.checks.some(({ state }) => state === "check-failed")) return 3;
  return verdictOf(model).level === "action" ? 1 : 0;
}

/** The day of the report, and what a workflow run tells of itself. */
export function readContext(): ReportContext {
  const { GITHUB_SHA: commit, GITHUB_RUN_ATTEMPT: attempt } = process.env;
  const today = new Date().toISOString().slice(0, 10) as CalendarDate;
  return { today, commit, runAttempt: attempt === undefined ? undefined : Number(attempt) };
}

/** The report before this one, if its folder has one of the same runbook and schema. */
async function previousReport(out: string, runbook: string): Promise<ReportModel | undefined> {
  const text = await readFile(join(out, "report.json"), "utf8").catch(() => undefined);
  const report = text === undefined ? undefined : parseReport(text);
  return report?.runbook.name === runbook ? report : undefined;
}
