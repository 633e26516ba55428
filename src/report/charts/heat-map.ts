import { dayRates, isOver } from "../day-rates.ts";
import type { PartitionName, ReportModel } from "../model.ts";
import { isBad, letterOf, partitionStatuses, statusOfLetter } from "../partition-status.ts";
import { htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { round, rectanglesPath, svgElement, svgText } from "./svg.ts";

/** Width and height of one cell, its gap included. */
export type CellSize = { readonly width: number; readonly height: number };

/** Failure rates from which explained cells are darker. */
const rateSteps = [0.1, 0.25, 0.5] as const;
const headHeight = 26;

/** Cells as wide as about 1,100 pixels allow. */
export function cellSizeOf({ dates }: ReportModel): CellSize {
  const width = Math.max(5, Math.min(18, Math.floor(1100 / Math.max(1, dates.length))));
  return { width, height: 20 };
}

/**
 * The heat map date × processor: one path per status, a hatch over what is bad, letters where there is room, a mark on
 * what is tainted. The group `heat-cells` begins at the first cell's corner.
 */
export function heatMap(model: ReportModel, cell: CellSize): Html {
  const width = Math.max(1, model.dates.length * cell.width);
  const height = Math.max(1, model.partitions.length * cell.height);
  const ground = svgElement("rect", { class: "ground", width, height });
  const cursor = svgElement("rect", {
    id: "heat-cursor",
    class: "cursor",
    visibility: "hidden",
    ...inner(cell),
  });
  const cells = svgElement(
    "g",
    { id: "heat-cells" },
    joinHtml([ground, cellPaths(model, cell), overMarks(model, cell), taintMarks(model, cell), cursor]),
  );
  const grid = svgElement("g", { transform: `translate(0 ${headHeight})` }, cells);
  const box = { width, height: height + headHeight };
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    class: "heat",
    viewBox: `0 0 ${round(box.width)} ${round(box.height)}`,
    ...box,
    "aria-hidden": "true",
  };
  return svgElement("svg", attributes, joinHtml([hatch, dateLabels(model, cell), grid]));
}

/** Height of the dates above the cells. */
export const heatMapHead = headHeight;

const hatch = svgElement(
  "defs",
  {},
  svgElement(
    "pattern",
    { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svgElement("rect", { class: "hatch-line", width: 2, height: 5 }),
  ),
);

type Corner = readonly [number, number];

function cellPaths(model: ReportModel, cell: CellSize): Html {
  const corners = new Map<string, Corner[]>();
  for (const [row, series] of model.partitions.entries()) {
    for (const [column, letter] of Array.from(series.statuses).entries()) {
      if (statusOfLetter(letter) === "none") continue;
      const rate = (series.explained[column] ?? 0) / Math.max(1, series.expected[column] ?? 0);
      const name = classOf(letter, rate);
      const known = corners.get(name) ?? [];
      known.push([column * cell.width, row * cell.height]);
      corners.set(name, known);
    }
  }
  const names = [...corners.keys()].toSorted();
  return joinHtml(names.map((name) => statusPath(name, corners.get(name) ?? [], cell)));
}

function classOf(letter: string, rate: number): string {
  const status = statusOfLetter(letter);
  if (status !== "explained") return `s-${status}`;
  return `s-explained r${rateSteps.filter((step) => rate >= step).length}`;
}

function statusPath(name: string, corners: readonly Corner[], cell: CellSize): Html {
  const path = rectanglesPath(corners, inner(cell));
  const status = partitionStatuses.find((known) => name === `s-${known}`);
  const base = svgElement("path", { class: name, d: path });
  if (status === undefined || !isBad(status)) return base;
  const letters = cell.width < 10 ? htmlMarkup`` : lettersPath(letterOf(status), corners, cell);
  return joinHtml([base, svgElement("path", { class: "hatched", d: path }), letters]);
}

function lettersPath(letter: string, corners: readonly Corner[], cell: CellSize): Html {
  return joinHtml(
    corners
      .slice(0, 2000)
      .map(([x, y]) => svgText(letter, { class: "letter", x: x + (cell.width - 1) / 2, y: y + 14 })),
  );
}

/** A bar at the foot of every cell whose rate is above the maximum of its period. */
function overMarks(model: ReportModel, cell: CellSize): Html {
  const columns = new Map(model.dates.map((date, column) => [date, column]));
  const corners = dayRates(model).flatMap(({ days }, row) =>
    days.filter(isOver).map(({ date }): Corner => {
      return [(columns.get(date) ?? 0) * cell.width, (row + 1) * cell.height - 5];
    }),
  );
  const path = rectanglesPath(corners, { width: cell.width - 1, height: 4 });
  return corners.length === 0 ? htmlMarkup`` : svgElement("path", { class: "over-limit", d: path });
}

function taintMarks(model: ReportModel, cell: CellSize): Html {
  const rows = new Map(model.partitions.map(({ processor }, row) => [processor, row]));
  const columns = new Map(model.dates.map((date, column) => [date, column]));
  const marks = [...model.tainted, ...contaminatedCells(model)].flatMap(({ processor, date }) => {
    const [row, column] = [rows.get(processor), columns.get(date)];
    if (row === undefined || column === undefined) return [];
    const [x, y] = [(column + 1) * cell.width - 1, row * cell.height];
    return [`M${round(x)} ${round(y)}v8l${round(-Math.min(8, cell.width - 1))} -8z`];
  });
  return marks.length === 0 ? htmlMarkup`` : svgElement("path", { class: "taint", d: marks.join("") });
}

/** Partitions whose own values are contaminated. */
export function contaminatedCells({ findings, processors }: ReportModel): readonly PartitionName[] {
  const owners = new Map(processors.map(({ id, table }) => [table, id]));
  const bad = findings.filter(({ status }) => status === "contaminated" || status === "no-data");
  return bad.flatMap(({ subject, dates }) => {
    const processor = owners.get(subject);
    return processor === undefined ? [] : dates.map((date) => ({ processor, date }));
  });
}

/** Width of a character of the dates above the cells. */
const labelDigit = 7;

/** The first date of each month, and of each week where there is room; none that the right edge would cut off. */
function dateLabels({ dates }: ReportModel, cell: CellSize): Html {
  const least = Math.ceil(64 / cell.width);
  let last = -least;
  const labels = dates.map((date, column) => {
    const isMonth = date.slice(0, 7) !== dates[column - 1]?.slice(0, 7);
    if (column - last < least && !(isMonth && column - last >= least / 2)) return htmlMarkup``;
    const text = date.slice(column === 0 || isMonth ? 0 : 5);
    const x = column * cell.width;
    if (x + text.length * labelDigit > dates.length * cell.width && column > 0) return htmlMarkup``;
    last = column;
    return svgText(text, { class: "axis", x, y: 18 });
  });
  return joinHtml(labels);
}

function inner({ width, height }: CellSize): CellSize {
  return { width: width - 1, height: height - 1 };
}
