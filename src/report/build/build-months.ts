import { tupleText } from "../../domain/tuple-text.ts";
import type { ReportFacts } from "../facts.ts";
import type { PhaseMonth } from "../phase-month.ts";

/**
 * How far the tables of each phase are filled, by month, as the gaps have it: dates of tables without a gap of all dates
 * of tables. Ascending by phase, then month. Nothing where gaps were not asked.
 */
export function buildMonths({ gates, days, own, runbook }: ReportFacts): readonly PhaseMonth[] {
  const titles = new Map(runbook.phases.map(({ number, title }) => [number, title]));
  const counts = new Map<string, { dates: number; gaps: number } & Omit<PhaseMonth, "dates" | "gaps">>();
  for (const { phase, processor, missing, low, message } of gates.gaps?.gaps.tables ?? []) {
    if (message !== undefined) continue;
    const lacking = new Set<string>([...missing, ...low.map(({ date }) => date)]);
    const dates = own?.get(processor);
    for (const { date } of days.filter((day) => dates?.has(day.date) !== false)) {
      const month = date.slice(0, 7);
      const key = tupleText([String(phase), month]);
      const count = counts.get(key) ?? { phase, title: titles.get(phase) ?? "", month, dates: 0, gaps: 0 };
      counts.set(key, count);
      count.dates += 1;
      if (lacking.has(date)) count.gaps += 1;
    }
  }
  return [...counts.values()].toSorted(
    (left, right) => left.phase - right.phase || (left.month < right.month ? -1 : 1),
  );
}
