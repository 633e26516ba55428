import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { formatSome } from "../domain/format.ts";
import { exitCodeOf, sentenceOf, wordOf, type ResultProblem } from "../domain/verdict.ts";
import { gapsJson, isOpen, type Gaps, type GapTable } from "../gates/gaps/gap-table.ts";
import { isVanished } from "../gates/gaps/judge-volume.ts";
import { readCoverage } from "../gates/coverage/read-coverage.ts";
import { readGaps } from "../gates/gaps/read-gaps.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { openGates } from "./open-gates.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { paint } from "./terminal.ts";

const namedDates = 5;

/** `cascade gaps`: dates that must exist and have no rows, or too few. Exit 1 on gaps, 3 when it could not look. */
export const gapsCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const scope = await openGates(warehouse, context, runbook);
    const gaps = await readGaps(warehouse, scope, await readCoverage(warehouse, scope));
    terminal.out(options.json ? escapeJson(JSON.stringify(gapsJson(gaps), undefined, 2)) : gapsText(gaps));
    return exitCodeOf(problemsOf(gaps));
  },
};

function problemsOf({ tables }: Gaps): readonly ResultProblem[] {
  const isUnanswered = tables.some(({ status }) => status === "check-failed");
  const open = tables.filter(isOpen).length;
  return [
    ...(isUnanswered ? [{ kind: "check-failed" as const, checks: ["gaps"] }] : []),
    ...(open > 0 ? [{ kind: "gaps" as const, tables: open }] : []),
  ];
}

function gapsText(gaps: Gaps): string {
  const rows = gaps.tables.map((table) => [
    table.table,
    String(table.phase),
    table.status,
    String(table.missing.length),
    String(table.low.length),
    String(table.notExpected.length),
    firstText(table),
  ]);
  const head = ["table", "phase", "status", "missing", "low", "not expected", "first dates"];
  const [first] = problemsOf(gaps);
  const verdict =
    first === undefined
      ? paint("good", `OK: Full coverage of ${gaps.expectedDates} dates`)
      : paint("bad", `${wordOf(first.kind)}: ${sentenceOf(first)}, of ${gaps.expectedDates} dates`);
  return [verdict, "", formatTable([head, ...rows])].join("\n");
}

function firstText({ missing, low, thin, message }: GapTable): string {
  if (message !== undefined) return message;
  const named = [
    ...missing,
    ...low.map(({ date, rows }) => `${date} (${rows} rows)`),
    ...thin.map((found) => {
      const beside = isVanished(found) ? `${found.earlier} before` : `usually ${found.usual}`;
      return `${found.date} (${found.rows} rows, ${beside})`;
    }),
  ];
  return formatSome(named, { limit: namedDates });
}
