import { formatDates, onOneLine } from "../domain/format.ts";
import { levelOfLook, problemsOfLook, toneOf } from "../domain/verdict.ts";
import type { CheckState } from "./check-state.ts";
import type { TableFinding } from "./gate-description.ts";
import type { GateView } from "./gate-view.ts";

/** The view of a kind without one of its own: the line of its check, and its findings. */
export function usualView({ state, detail }: CheckState, findings: readonly TableFinding[]): GateView {
  return {
    problems: problemsOfLook(state),
    text({ paint, table }) {
      const verdict = paint(toneOf(levelOfLook(state)), `${state}: ${onOneLine(detail)}`);
      if (findings.length === 0) return verdict;
      const rows = findings.map(({ subject, status, dates, detail: found }) => [
        subject,
        status,
        formatDates(dates),
        found,
      ]);
      return [verdict, "", table([["subject", "status", "dates", "found"], ...rows])].join("\n");
    },
  };
}
