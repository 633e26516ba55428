import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { onOneLine } from "../domain/format.ts";
import { dayOf } from "../domain/calendar-date.ts";
import { exitCodeOf, type ResultProblem } from "../domain/verdict.ts";
import { assessPartitions, type Assessment } from "../operations/assess-partitions.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import { decisionsAsTyped, decisionsJson, decisionsText } from "./decisions-text.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { paint } from "./terminal.ts";

/** `cascade triage`: what to do about every partition, by the runbook's tree. Exit 1 when something is to be done. */
export const triageCommand: Command = {
  async run(context) {
    const { options, terminal, effects } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const assessment = await assessPartitions(warehouse, {
      runbook,
      selection: selectionOf(runbook, options),
      today: dayOf(effects.now(), runbook.timeZone),
    });
    const { failed } = assessment;
    const decisions = decisionsAsTyped(assessment.decisions, invocationOf(context));
    terminal.out(
      options.json
        ? escapeJson(JSON.stringify(decisionsJson(decisions), undefined, 2))
        : decisionsText(decisions),
    );
    for (const message of failed) terminal.note(`${paint("bad", "check-failed")} ${onOneLine(message)}`);
    return exitCodeOf(problemsOf(assessment));
  },
};

/** What is open: questions without an answer, and partitions about which more than to accept is decided. */
export function problemsOf({
  decisions,
  failed,
}: Pick<Assessment, "decisions" | "failed">): readonly ResultProblem[] {
  const open = decisions.filter(({ decision }) => decision !== "accept").length;
  return [
    ...(failed.length > 0 ? [{ kind: "check-failed" as const, checks: failed }] : []),
    ...(open > 0 ? [{ kind: "undecided" as const, partitions: open }] : []),
  ];
}
