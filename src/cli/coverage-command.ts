import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { formatCount, onOneLine } from "../domain/format.ts";
import { exitCodeOf } from "../domain/verdict.ts";
import { coverageJson } from "../gates/coverage/coverage-json.ts";
import { addCounts, type Coverage } from "../gates/coverage/coverage-row.ts";
import { inForce, type GateScope } from "../gates/gate-scope.ts";
import { judgeBudgets } from "../gates/budget/judge-budgets.ts";
import { missingEntities } from "../gates/coverage/missing-entities.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import { openGates } from "./open-gates.ts";
import { coverageProblems, coverageText } from "./coverage-text.ts";
import { formatTable } from "../report/terminal/fit-table.ts";

const namedMembers = 20;

/** `cascade coverage`: expected = present + explained + waived + untracked; `--reconcile` names what is not accounted for. */
export const coverageCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const scope = await openGates(warehouse, context, runbook);
    const coverage = await readCoverage(warehouse, scope);
    const waivers = inForce(scope, "budget");
    const budgets = judgeBudgets({ ...scope, rows: coverage.rows, waivers });
    const isReconciling = options.flag("reconcile") ?? false;
    if (options.json) terminal.out(escapeJson(JSON.stringify(coverageJson(coverage, budgets), undefined, 2)));
    else terminal.out(coverageText({ runbook, invocation: invocationOf(context) }, coverage, budgets));
    if (isReconciling && !options.json) terminal.out(await reconciliation(warehouse, scope, coverage));
    return exitCodeOf(coverageProblems(coverage, budgets), options.failOn);
  },
};

/** The failures by category, and the members by name that are untracked, phantom or unexpected. */
async function reconciliation(warehouse: Warehouse, scope: GateScope, coverage: Coverage): Promise<string> {
  const { categories } = addCounts(coverage.rows);
  const rows = Object.entries(categories).map(([category, count]) => [category, formatCount(count)]);
  const lines = [formatTable([["failure category", "rows"], ...rows])];
  for (const processor of scope.processors) {
    const own = coverage.rows.filter((row) => row.processor === processor.id);
    for (const kind of ["untracked", "phantom", "unexpected"] as const) {
      const dates = own.filter((row) => row[kind] > 0).map(({ date }) => date);
      const named = await missingEntities(warehouse, scope, { processor, dates, kind, limit: namedMembers });
      if (named.kind === "check-failed")
        lines.push(`${processor.id} check-failed: ${onOneLine(named.message)}`);
      else
        lines.push(
          ...named.members.map(({ date, entity }) => `${kind} ${processor.id} ${date} ${onOneLine(entity)}`),
        );
    }
  }
  return `\n${lines.join("\n")}`;
}
