import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { exitCodeOf } from "../domain/verdict.ts";
import { explainAnswer, gateDescriptions } from "../gates/gate-descriptions.ts";
import { askGates, gateReconcilers, openReading } from "../gates/gate-readers.ts";
import type { Pen } from "../gates/gate-view.ts";
import { Fault } from "../errors.ts";
import { gateTraits } from "../runbook/gate-traits.ts";
import { gateKinds, type GateKind } from "../runbook/runbook.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import { openGates } from "./open-gates.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { paint } from "./terminal.ts";

const pen: Pen = { paint, table: formatTable };

/**
 * The command that asks one kind of gate, and the kinds that have no command of their own but this. Exit 1 on findings,
 * 3 when it could not look. Fault: usage, when the runbook sets no limit that the kind needs.
 */
export function gateCommand(kind: GateKind): Command {
  const kinds = gateKinds.filter((other) => gateTraits[other].command === kind);
  return {
    async run(context) {
      const { options, terminal } = context;
      const declared = await runbookOf(context);
      if (!gateDescriptions[kind].isAsked(declared)) throw noLimit(kind, declared.folder);
      await using warehouse = await openToRead(context, declared);
      const runbook = await completeRunbook(warehouse, declared);
      const reading = openReading(warehouse, await openGates(warehouse, context, runbook));
      const answers = await askGates(kinds, () => reading);
      const { json, view } = explainAnswer(kind, answers[kind]);
      const isStrict = options.flag("strict") ?? false;
      const { text, problems } = view({ runbook, invocation: invocationOf(context), isStrict, answers });
      terminal.out(options.json ? escapeJson(JSON.stringify(json(answers), undefined, 2)) : text(pen));
      const reconcile = options.flag("reconcile") === true ? gateReconcilers[kind] : undefined;
      if (reconcile !== undefined && !options.json) terminal.out(`\n${await reconcile(reading, pen)}`);
      return exitCodeOf(problems, options.failOn);
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
