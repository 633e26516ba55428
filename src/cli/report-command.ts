import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { join } from "node:path";
import { exitCodeOf } from "../domain/verdict.ts";
import { dayOf } from "../domain/calendar-date.ts";
import type { ReportContext } from "../report/facts.ts";
import type { ReportModel } from "../report/model.ts";
import { renderJson } from "../report/render-json.ts";
import { paintState } from "./terminal.ts";
import { renderTerminal } from "../report/terminal/render-terminal.ts";
import { verdictOf } from "../report/verdict.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { comparisonOf, runbookOf, type Command, type CommandContext, openToRead } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { commitOfClone } from "../run/ask-git.ts";
import { comparePolicies, formatLoosening } from "../operations/compare-policies.ts";
import { readRunbookText } from "../run/read-runbook.ts";
import type { ShellEffects } from "../process/effects.ts";
import { reportOn } from "../operations/report-on.ts";
import { writeReport } from "../operations/write-report.ts";
import { selectionOf } from "../operations/typed/options.ts";

/** Folder that reports go to unless `--out` names one. */
export const defaultOut = "out";

/** `cascade report`: writes report.md, report.html and report.json. Exit 1 when something is needed, 3 when a check failed. */
export const reportCommand: Command = {
  async run(context) {
    const { options, terminal, effects } = context;
    const declared = await runbookOf(context);
    const ref = options.text("against");
    const loosened = ref === undefined ? undefined : await loosenedAgainst(context, ref);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const out = options.text("out") ?? defaultOut;
    const model = await reportOn(warehouse, {
      runbook,
      selection: selectionOf(runbook, options),
      out,
      context: { ...(await readContext(effects, runbook)), invocation: invocationOf(context) },
      approved: options.text("digest"),
      loosened,
    });
    await writeReport(out, model);
    terminal.out(options.json ? escapeJson(renderJson(model).trimEnd()) : reportText(model, context));
    terminal.note(
      `\n${["report.md", "report.html", "report.json"].map((name) => join(out, name)).join(", ")}`,
    );
    return exitCodeOf(verdictOf(model).problems, options.failOn);
  },
};

/** What is weaker than at a git ref, and which verdicts that turns; faults as of `lint --against`. */
async function loosenedAgainst(context: CommandContext, ref: string): Promise<readonly string[]> {
  const text = await readRunbookText(context.options.positionals[0] ?? defaultRunbook);
  const { loosenings, note } = await comparePolicies(comparisonOf({ text, against: ref }, context));
  const lines = loosenings.map((one) => `Weaker since ${ref}, ${formatLoosening(one, text.folder)}`);
  return note === undefined ? lines : [...lines, note];
}

/** The report for this terminal. */
export function reportText(
  model: ReportModel,
  context: CommandContext,
  { isRemote = false }: { readonly isRemote?: boolean } = {},
): string {
  return renderTerminal(model, {
    width: context.terminal.columns,
    invocation: invocationOf(context),
    paint: paintState,
    isRemote,
  });
}

/** The day of the report, and what a workflow run tells of itself. */
export async function readContext(
  { environment, now }: ShellEffects,
  { timeZone, folder }: Pick<Runbook, "timeZone" | "folder">,
): Promise<ReportContext> {
  const { GITHUB_RUN_ATTEMPT: attempt } = environment;
  const today = dayOf(now(), timeZone);
  const commit = environment["GITHUB_SHA"] ?? (await commitOfClone(folder));
  return { today, commit, runAttempt: attempt === undefined ? undefined : Number(attempt) };
}
