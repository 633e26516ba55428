import { countOf } from "../domain/format.ts";
import type { PhaseMonth } from "./phase-month.ts";

/** Months that are told one by one, the newest; what is before them is one column. */
const mostMonths = 6;

type MonthTable = {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** How far each phase is filled, a row a phase and a column a month; no rows where nothing is known. */
export function monthTable(months: readonly PhaseMonth[]): MonthTable {
  const all = [...new Set(months.map(({ month }) => month))].toSorted();
  const shown = all.slice(-mostMonths);
  const earlier = new Set(all.slice(0, -mostMonths));
  const heads = [...(earlier.size > 0 ? [`before ${shown[0] ?? ""}`] : []), ...shown];
  const groups = [...Map.groupBy(months, ({ phase }) => phase)];
  const rows = groups.map(([phase, own]) => {
    const title = own[0]?.title ?? "";
    const before = own.filter(({ month }) => earlier.has(month));
    const cells = shown.map((month) => own.filter((known) => known.month === month));
    return [`${phase} ${title}`.trim(), ...(earlier.size > 0 ? [before] : []), ...cells].map((cell) =>
      typeof cell === "string" ? cell : filledText(cell),
    );
  });
  return { heads: ["Phase", ...heads], rows };
}

/** `100 %`, or `96.4 %, 5 gaps`: never rounded up to all of it. */
function filledText(cells: readonly PhaseMonth[]): string {
  const dates = cells.reduce((sum, cell) => sum + cell.dates, 0);
  const gaps = cells.reduce((sum, cell) => sum + cell.gaps, 0);
  if (dates === 0) return "none";
  if (gaps === 0) return "100 %";
  return `${(Math.floor(((dates - gaps) / dates) * 1000) / 10).toFixed(1)} %, ${countOf(gaps, "gap")}`;
}
