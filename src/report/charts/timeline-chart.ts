import { scaleLinear } from "d3-scale";
import { formatDuration } from "../../domain/format.ts";
import type { ReportAttempt } from "../model.ts";
import { joinHtml, type Html } from "../text/html-text.ts";
import { svgElement, svgPicture, svgText } from "./svg.ts";
import { cutText } from "../text/clean-text.ts";

const rowHeight = 22;
const plot = { left: 110, right: 860, top: 8 };

/** When each attempt of a run began and ended, a row per processor; hatched where dates failed or were blocked. */
export function timelineChart(attempts: readonly ReportAttempt[]): Html {
  const processors = [...new Set(attempts.map(({ processor }) => processor))];
  const starts = attempts.map(({ startedAt }) => Date.parse(startedAt));
  const ends = attempts.map(({ finishedAt }) => Date.parse(finishedAt));
  const [from, to] = [least(starts), Math.max(least(starts) + 1, most(ends))];
  const x = scaleLinear([0, to - from], [plot.left, plot.right]);
  const bottom = plot.top + processors.length * rowHeight;
  const ticks = x.ticks(5).map((tick) => {
    const left = x(tick);
    return joinHtml([
      svgElement("line", { class: "grid", x1: left, x2: left, y1: plot.top, y2: bottom }),
      svgText(`+${formatDuration(tick)}`, { class: "axis middle", x: left, y: bottom + 16 }),
    ]);
  });
  const names = processors.map((processor, row) =>
    svgText(cutText(processor, 14), {
      class: "axis end",
      x: plot.left - 8,
      y: plot.top + row * rowHeight + 15,
    }),
  );
  const bars = attempts.map((attempt) => {
    const row = processors.indexOf(attempt.processor);
    return attemptBar(attempt, { top: plot.top + row * rowHeight + 3, x: (time) => x(time - from) });
  });
  const size = { width: plot.right + 50, height: bottom + 26 };
  const title = `Timeline of ${attempts.length} attempts over ${formatDuration(to - from)}; the table below has the numbers`;
  return svgPicture(size, { title, body: joinHtml([...ticks, ...names, ...bars]), className: "timeline" });
}

function attemptBar(
  { startedAt, finishedAt, failed, blocked }: ReportAttempt,
  { top, x }: { readonly top: number; readonly x: (time: number) => number },
): Html {
  const left = x(Date.parse(startedAt));
  const width = Math.max(3, x(Date.parse(finishedAt)) - left);
  const box = { x: left, y: top, width, height: rowHeight - 6 };
  if (failed + blocked === 0) return svgElement("rect", { class: "attempt good", ...box });
  return joinHtml([
    svgElement("rect", { class: "attempt bad", ...box }),
    svgElement("rect", { class: "hatched", ...box }),
  ]);
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), values[0] ?? 0);
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), values[0] ?? 0);
}
