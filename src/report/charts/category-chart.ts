import { scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { formatCount } from "../../domain/format.ts";
import type { ReportModel } from "../model.ts";
import { htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { svgElement, svgPicture, svgText } from "./svg.ts";
import { cutText } from "../text/clean-text.ts";

/** Explained rows of one period by category. */
export type CategoryCounts = { readonly period: string; readonly counts: Readonly<Record<string, number>> };

const barHeight = 34;
const plot = { left: 70, right: 620 };

/** Explained rows by period and category. */
export function categoryCounts({ periods, results }: ReportModel): readonly CategoryCounts[] {
  return periods.map(({ id }) => {
    const counts: Record<string, number> = {};
    for (const { period, categories } of results) {
      if (period !== id) continue;
      for (const [category, count] of Object.entries(categories))
        counts[category] = (counts[category] ?? 0) + count;
    }
    return { period: id, counts };
  });
}

/** A bar per period, its parts the categories; `categories` fixes their order and so their colours. */
export function categoryChart(all: readonly CategoryCounts[], categories: readonly string[]): Html {
  const totals = all.map(({ counts }) => Object.values(counts).reduce((sum, count) => sum + count, 0));
  const x = scaleLinear([0, Math.max(1, ...totals)], [plot.left, plot.right]);
  const series = stack<CategoryCounts, string>()
    .keys(categories)
    .value(({ counts }, category) => counts[category] ?? 0)([...all]);
  const bars = series.flatMap((part, index) =>
    part.map(([from, to], row) => {
      if (to <= from) return htmlMarkup``;
      const box = { x: x(from), y: row * barHeight + 6, width: x(to) - x(from), height: barHeight - 12 };
      const label =
        box.width < 34
          ? htmlMarkup``
          : svgText(formatCount(to - from), { class: "on-bar", x: box.x + 5, y: box.y + 16 });
      return joinHtml([svgElement("rect", { class: `bar c${index % 8}`, ...box }), label]);
    }),
  );
  const names = all.map(({ period }, row) =>
    svgText(cutText(period, 9), {
      class: "axis end",
      x: plot.left - 8,
      y: row * barHeight + 22,
    }),
  );
  const ends = totals.map((total, row) =>
    svgText(formatCount(total), { class: "axis", x: x(total) + 6, y: row * barHeight + 22 }),
  );
  const box = { width: plot.right + 70, height: Math.max(1, all.length * barHeight) };
  const title = "Explained rows by period and category; the table below has the numbers";
  return svgPicture(box, { title, body: joinHtml([...bars, ...names, ...ends]), className: "categories" });
}
