import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { formatDates, onOneLine } from "../domain/format.ts";
import { exitCodeOf, levelOfLook, problemsOfLook, toneOf } from "../domain/verdict.ts";
import type { CheckState } from "../gates/check-state.ts";
import { explainAnswer, gateDescriptions } from "../gates/gate-descriptions.ts";
import type { TableFinding } from "../gates/gate-description.ts";
import { gateReaders, openReading } from "../gates/gate-readers.ts";
import { Fault } from "../errors.ts";
import type { GateKind } from "../runbook/runbook.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { openGates } from "./open-gates.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { paint } from "./terminal.ts";

/**
 * The command that asks one kind of gate: its line, and what it found. Exit 1 on findings, 3 when it could not look.
 * Fault: usage, when the runbook sets no limit that the kind needs.
 */
export function gateCommand(kind: GateKind): Command {
  return {
    async run(context) {
      const { options, terminal } = context;
      const declared = await runbookOf(context);
      if (!gateDescriptions[kind].isAsked(declared)) throw noLimit(kind, declared.folder);
      await using warehouse = await openToRead(context, declared);
      const runbook = await completeRunbook(warehouse, declared);
      const scope = await openGates(warehouse, context, runbook);
      const answer = await gateReaders[kind](openReading(warehouse, scope));
      const { check, findings, json } = explainAnswer(kind, answer);
      const state = check(runbook);
      terminal.out(
        options.json ? escapeJson(JSON.stringify(json(), undefined, 2)) : gateText(state, findings()),
      );
      return exitCodeOf(problemsOfLook(state.state));
    },
  };
}

function noLimit(kind: GateKind, folder: string): Fault {
  return new Fault(
    "usage",
    `Cannot judge ${kind}: no gate of ${folder} is of this kind, and none sets a limit`,
    {
      hint: `Declare one under \`gates\`, for example { id: ${kind}, kind: ${kind}, after: [], processors: [...], maximum-age: 1 }`,
    },
  );
}

function gateText({ state, detail }: CheckState, findings: readonly TableFinding[]): string {
  const verdict = paint(toneOf(levelOfLook(state)), `${state}: ${onOneLine(detail)}`);
  if (findings.length === 0) return verdict;
  const rows = findings.map(({ subject, status, dates, detail: found }) => [
    subject,
    status,
    formatDates(dates),
    found,
  ]);
  return [verdict, "", formatTable([["subject", "status", "dates", "found"], ...rows])].join("\n");
}
