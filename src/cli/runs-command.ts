import { onOneLine } from "../domain/format.ts";
import type { RemoteRun } from "../github/remote/open-remote.ts";
import { workflowFile } from "../github/workflow/workflow-name.ts";
import { readRunList, type LedgerRun } from "../ledger/read-runs.ts";
import type { StateTone } from "../report/processor-state.ts";
import { fitTable } from "../report/terminal/fit-table.ts";
import { openToRead, runbookOf, type Command, type CommandContext } from "./command.ts";
import { jsonText, paintState } from "./terminal.ts";

const mostRuns = 30;

/** `cascade runs`: the newest runs of a runbook, of the warehouse's ledger or of GitHub. */
export const runsCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const runbook = await runbookOf(context);
    if (options.flag("github") === true) {
      const { engineNameOf, reachGitHub } = await import("./remote.ts");
      const { remote } = await reachGitHub(context);
      const runs = await remote.runs(workflowFile(runbook.name, engineNameOf(options.warehouse)), mostRuns);
      terminal.out(options.json ? jsonText({ runs }) : remoteText(runs, context));
      return 0;
    }
    await using warehouse = await openToRead(context, runbook);
    const runs = await readRunList(warehouse, runbook, mostRuns);
    terminal.out(options.json ? jsonText({ runs }) : ledgerText(runs, context));
    return 0;
  },
};

function remoteText(runs: readonly RemoteRun[], context: CommandContext): string {
  const rows = runs.map(({ id, attempt, conclusion, status, actor, createdAt, title }) => [
    String(id),
    conclusion ?? status,
    String(attempt),
    actor,
    createdAt,
    title,
  ]);
  return tableOf(["run", "state", "attempt", "by", "started", "title"], rows, context);
}

function ledgerText(runs: readonly LedgerRun[], context: CommandContext): string {
  const rows = runs.map(
    ({ runId, status, startedAt, finishedAt, requestedBy, reason, startedFrom, command, ...run }) => [
      runId,
      status,
      String(run.replaced),
      run.built === 0 ? "" : run.undo,
      startedAt,
      finishedAt ?? "",
      onOneLine(requestedBy ?? ""),
      onOneLine(reason ?? ""),
      onOneLine(startedFrom ?? command),
    ],
  );
  return tableOf(
    ["run", "state", "replaced", "undo", "started", "ended", "by", "reason", "from"],
    rows,
    context,
  );
}

function tableOf(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { terminal }: CommandContext,
): string {
  if (rows.length === 0) return "No run yet";
  const columns = heads.map((head, index) => ({ head, keep: heads.length - index }));
  return fitTable(
    columns,
    rows.map((cells) => ({ cells, tone: toneOfState(cells[1] ?? "") })),
    { width: terminal.columns, paint: paintState },
  );
}

function toneOfState(state: string): StateTone {
  if (["success", "ok"].includes(state)) return "good";
  if (["failure", "timed_out", "findings", "stopped"].includes(state)) return "bad";
  return ["interrupted", "cancelled"].includes(state) ? "careful" : "idle";
}
