import { completeRunbook } from "../run/complete-runbook.ts";
import { runbookOf, type Command, type CommandContext } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { findWarehouse } from "../engines/engine-table.ts";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { coverageJson } from "../gates/coverage/coverage-json.ts";
import { formatDuration } from "../domain/format.ts";
import { exitCodeOf } from "../domain/verdict.ts";
import type { Selection } from "../plan/plan.ts";
import { buildModel } from "../report/build-model.ts";
import { judgeTrust } from "../report/trust/judge-trust.ts";
import { verdictLine, verdictOf } from "../report/verdict.ts";
import { runBackfill, type RunRequest, type RunResult } from "../run/run-backfill.ts";
import type { RunEvent } from "../run/run-event.ts";
import { openReadsBesideRun } from "../operations/read-beside-run.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { openEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { refuseFindings } from "./contradictions.ts";
import { fillFirst } from "./fill-first.ts";
import { showProgress } from "./progress.ts";
import { asTyped, commandText, runbookWord } from "../domain/printed-command.ts";
import { defaultOut, readContext, reportText } from "./report-command.ts";
import { checkAndRecord } from "../operations/check-gate.ts";
import { recordKept } from "../operations/record-kept.ts";
import { createAnswerMemory } from "../ledger/kept-answers.ts";
import { recordTrust } from "../ledger/recorded-trust.ts";
import { writeReport } from "../operations/write-report.ts";
import { readFacts, type CheckedFacts } from "../operations/report-on.ts";
import { openRunLog } from "./run-log.ts";
import { typedOrigin } from "./typed-origin.ts";
import { paint } from "./terminal.ts";

/** `cascade run`: carries the plan out. Exit as `report`. */
export const runCommand: Command = {
  async run(context) {
    const runbook = await runbookOf(context);
    await refuseFindings(context);
    await fillFirst(context, runbook);
    return runAndSummarise(context, { runbook, out: context.options.text("out") });
  },
};

/**
 * Runs the selection of the options on their warehouse, shows progress and the report, and writes it to `out` where that
 * names a folder; gives the exit code, which is that of the report's verdict. Fault: policy-findings when the runbook contradicts itself.
 */
export async function runAndSummarise(
  context: CommandContext,
  { runbook: declared, out }: { readonly runbook: Runbook; readonly out: string | undefined },
): Promise<number> {
  const { options, terminal } = context;
  await refuseFindings(context);
  await using warehouse = await openWarehouse(context.effects, {
    address: options.warehouse,
    mode: "write",
    runbook: declared,
    asksEngine: true,
  });
  const runbook = await completeRunbook(warehouse, declared);
  const selection = selectionOf(runbook, options);
  using progressFile = openProgressFile(findWarehouse(options.warehouse)?.place.progressFile);
  const show = showProgress(terminal, () => performance.now());
  await using reads = await openReadsBesideRun(warehouse, runbook);
  using log = openRunLog(context.effects, terminal);
  using effects = openEffects(context.effects, (event) => {
    reads.tell(event);
    show(event);
    progressFile.tell(event);
    log.tell(event);
  });
  effects.signal.addEventListener("abort", reads.interrupt);
  const [startedAt, answers] = [performance.now(), createAnswerMemory()];
  const request: RunRequest = {
    ...requestOf(runbook, selection, context),
    checkGate: (ledger, { gate, runId }) =>
      checkAndRecord(
        { reading: reads.warehouse, ledger },
        { runbook, selection, gate, runId, checkedAt: effects.now(), answers },
      ),
  };
  const result = await runBackfill(warehouse, request, effects);
  const elapsed = formatDuration(performance.now() - startedAt);
  const plan = planText({ runbook, selection }, context);
  terminal.note(endLine(result, { elapsed, log: log.path(), plan }));
  const lookedAt = effects.now();
  const facts = await readFacts(reads.warehouse, {
    runbook,
    selection,
    out: out ?? defaultOut,
    context: { ...(await readContext(context.effects, runbook)), invocation: invocationOf(context) },
    plan: result.plan,
    answers,
  });
  await recordLook(warehouse, { runbook, selection, facts, lookedAt, memory: answers, now: effects.now() });
  const model = buildModel(facts);
  const { level, problems } = verdictOf(model);
  log.end(level, verdictLine(model));
  terminal.out(options.json ? runJson(result, facts) : reportText(model, context));
  if (out !== undefined) {
    await writeReport(out, model);
    terminal.note(`\nThe report: ${join(out, "report.html")} and report.md`);
  }
  return exitCodeOf(problems, options.failOn);
}

/** Enters into the ledger what the report's look cost to ask, and what readers may rely on by it. */
async function recordLook(
  warehouse: Parameters<typeof recordKept>[0],
  {
    facts,
    lookedAt,
    ...kept
  }: Parameters<typeof recordKept>[1] & { readonly facts: CheckedFacts; readonly lookedAt: Date },
): Promise<void> {
  await recordKept(warehouse, kept);
  await recordTrust(warehouse, kept.runbook.ledger, {
    found: judgeTrust(facts),
    lookedAt,
    selection: kept.selection,
  });
}

function runJson({ runId, plan, isClean }: RunResult, { gates }: CheckedFacts): string {
  const run = { runId, digest: plan.digest, isClean };
  const json = { run, ...coverageJson(gates.coverage, gates.budget.verdicts) };
  return escapeJson(JSON.stringify(json, undefined, 2));
}

function requestOf(runbook: Runbook, selection: Selection, context: CommandContext): RunRequest {
  const { options } = context;
  const digest = options.text("digest");
  const concurrency = options.count("concurrency");
  return {
    runbook,
    selection,
    stopOnFailure: options.flag("stop-on-failure") ?? false,
    skipAudit: options.flag("audit") === false,
    origin: typedOrigin(context),
    ...(digest === undefined ? {} : { digest }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

/** The command that shows what a run would do, as the reader types it. */
function planText(
  { runbook, selection }: { readonly runbook: Runbook; readonly selection: Selection },
  context: CommandContext,
): string {
  const { range, dates, phases, processors } = selection;
  const which = dates === undefined ? { range } : { dates };
  const command = { name: "plan", runbook: runbookWord(runbook), ...which, phases, processors };
  return asTyped(commandText(command), invocationOf(context));
}

function endLine(
  result: RunResult,
  {
    elapsed,
    log,
    plan,
  }: { readonly elapsed: string; readonly log: string | undefined; readonly plan: string },
): string {
  if (result.plan.cells.length === 0) {
    const { upToDate, held, blocked } = result.plan.totals;
    if (blocked === 0 && held !== undefined)
      return `${paint("careful", "Nothing to build")}: ${upToDate} dates are up to date, ${held} held by a gate (${elapsed})`;
    return blocked === 0
      ? `${paint("good", "Nothing to do")}: all ${upToDate} dates are up to date (${elapsed})`
      : `${paint("careful", "Nothing can run")}: ${blocked} dates are blocked, see \`${plan}\``;
  }
  return `Run ${result.runId} ended after ${elapsed}${log === undefined ? "" : `; its log: ${log}`}`;
}

/** Tells other processes how far this one is, in a file. */
function openProgressFile(
  path: string | undefined,
): Disposable & { readonly tell: (event: RunEvent) => void } {
  let done = 0;
  let units = 0;
  let writing = Promise.resolve();
  function write(text: string): void {
    if (path === undefined) return;
    writing = writing.then(() => writeFile(path, text)).catch(() => undefined);
  }
  return {
    tell(event) {
      if (event.kind === "run-started") units = event.plan.totals.units;
      if (event.kind === "cell-ended") done += event.cell.dates.length;
      const current = event.kind === "cell-started" ? `, now ${event.cell.processor}` : "";
      write(`${done} of ${units} dates done${current}`);
    },
    [Symbol.dispose]() {
      if (path !== undefined) void writing.then(() => rm(path, { force: true }));
    },
  };
}
