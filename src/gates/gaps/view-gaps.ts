import { formatSome } from "../../domain/format.ts";
import { sentenceOf, wordOf, type ResultProblem } from "../../domain/verdict.ts";
import type { GateView } from "../gate-view.ts";
import { isOpen, type Gaps, type GapTable } from "./gap-table.ts";
import { isVanished } from "./judge-volume.ts";

const namedDates = 5;

/** Dates that must exist and have no rows, or too few, per table. */
export function viewGaps(gaps: Gaps): GateView {
  const problems = problemsOf(gaps);
  return {
    problems,
    text({ paint, table }) {
      const rows = gaps.tables.map((found) => [
        found.table,
        String(found.phase),
        found.status,
        String(found.missing.length),
        String(found.low.length),
        String(found.notExpected.length),
        firstText(found),
      ]);
      const [first] = problems;
      const verdict =
        first === undefined
          ? paint("good", `OK: Full coverage of ${gaps.expectedDates} dates`)
          : paint("bad", `${wordOf(first.kind)}: ${sentenceOf(first)}, of ${gaps.expectedDates} dates`);
      return [verdict, "", table([head, ...rows])].join("\n");
    },
  };
}

const head = ["table", "phase", "status", "missing", "low", "not expected", "first dates"];

function problemsOf({ tables }: Gaps): readonly ResultProblem[] {
  const isUnanswered = tables.some(({ status }) => status === "check-failed");
  const open = tables.filter(isOpen).length;
  return [
    ...(isUnanswered ? [{ kind: "check-failed" as const, checks: ["gaps"] }] : []),
    ...(open > 0 ? [{ kind: "gaps" as const, tables: open }] : []),
  ];
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
