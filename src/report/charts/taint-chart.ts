import { scaleBand } from "d3-scale";
import { formatCount } from "../../domain/format.ts";
import type { ReportModel } from "../model.ts";
import { joinHtml, type Html } from "../text/html-text.ts";
import { rectanglesPath, svgElement, svgPicture, svgText } from "./svg.ts";
import { cutText } from "../text/clean-text.ts";

const rowHeight = 22;
const plot = { left: 110, right: 860 };

/** How far contamination reaches: a row per processor that it touches, a mark per tainted date. */
export function taintChart({ processors, tainted, dates }: ReportModel): Html {
  const groups = Map.groupBy(tainted, ({ processor }) => processor);
  const rows = processors.filter(({ id }) => groups.has(id));
  const x = scaleBand([...dates], [plot.left, plot.right]);
  const body = rows.map(({ id }, row) => {
    const top = row * rowHeight;
    const own = groups.get(id) ?? [];
    const corners = own.flatMap(({ date }) => {
      const left = x(date);
      return left === undefined ? [] : [[left, top + 3] as const];
    });
    const size = { width: Math.max(1, x.bandwidth() - 0.5), height: rowHeight - 6 };
    const path = rectanglesPath(corners, size);
    return joinHtml([
      svgText(cutText(id, 14), { class: "axis end", x: plot.left - 8, y: top + 15 }),
      svgElement("rect", {
        class: "ground",
        x: plot.left,
        y: top + 3,
        width: plot.right - plot.left,
        height: size.height,
      }),
      svgElement("path", { class: "tainted-date", d: path }),
      svgElement("path", { class: "hatched", d: path }),
      svgText(formatCount(own.length), { class: "axis", x: plot.right + 6, y: top + 15 }),
    ]);
  });
  const bottom = rows.length * rowHeight + 16;
  const ends = [
    svgText(dates[0] ?? "", { class: "axis", x: plot.left, y: bottom }),
    svgText(dates.at(-1) ?? "", { class: "axis end", x: plot.right, y: bottom }),
  ];
  const title = `Tainted dates of ${rows.length} processors; the table below has the causes`;
  const box = { width: plot.right + 60, height: bottom + 8 };
  return svgPicture(box, { title, body: joinHtml([...body, ...ends]), className: "taints" });
}
