import { cellSizeOf, contaminatedCells, heatMap } from "../charts/heat-map.ts";
import { svgElement } from "../charts/svg.ts";
import { dayRates, isOver } from "../day-rates.ts";
import type { CondensedReport } from "../condense-dates.ts";
import type { ReportModel } from "../model.ts";
import { isBad, letterOf, statusOfLetter, partitionStatuses } from "../partition-status.ts";
import { escapeHtml, htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { htmlSection } from "./html-table.ts";

/** The heat map date × processor with its legend, the line that reads a cell, and the place where entities open. */
export function heatMapSection({ view: model, size }: CondensedReport): Html {
  const names = model.partitions.map(({ processor }) => {
    return htmlMarkup`<div title="${escapeHtml(processor)}">${escapeHtml(processor, 30)}</div>`;
  });
  const label = `Heat map of ${model.dates.length} dates by ${model.partitions.length} processors. Arrow keys read a cell, Enter opens its entities.`;
  const body = [
    condensedNote("column", size),
    legend(model),
    htmlMarkup`<div><div class="heat-box"><div class="heat-names" aria-hidden="true">${joinHtml(names)}</div>`,
    htmlMarkup`<div class="heat-scroll" id="heat-map" tabindex="0" role="application" aria-label="${escapeHtml(label)}" aria-describedby="heat-readout">${heatMap(model, cellSizeOf(model))}</div></div>`,
    htmlMarkup`<div class="readout" id="heat-readout" aria-live="polite">Point at a cell, or focus the map and use the arrow keys; click or Enter shows the entities behind it.</div></div>`,
    htmlMarkup`<div class="details" id="partition-details" tabindex="-1" hidden></div>`,
    htmlMarkup`<noscript><p>Reading single cells needs script; report.md and report.json hold the same counts.</p></noscript>`,
  ];
  return htmlSection("heat", "Every date of every processor", joinHtml(body, "\n"));
}

/** Says that what is shown stands for several dates; empty where it does not. */
export function condensedNote(thing: "column" | "row", size: number): Html {
  if (size === 1) return htmlMarkup``;
  return htmlMarkup`<p>Each ${escapeHtml(thing)} stands for up to ${size} dates of a period, named by the first: their worst status, the sums of their counts. report.json has every date.</p>`;
}

const rates = ["under 10 %", "10 to 25 %", "25 to 50 %", "50 % and more"];

/** The statuses that occur, as colour, letter or hatch, and word. */
function legend(model: ReportModel): Html {
  const present = new Set(
    model.partitions.flatMap(({ statuses }) => [...new Set(statuses)]).map(statusOfLetter),
  );
  const items = partitionStatuses
    .filter((status) => status !== "none" && present.has(status))
    .flatMap((status) => {
      if (status === "explained") {
        return rates.map((text, step) =>
          legendItem(`s-explained r${step}`, `explained failures ${text}`, false),
        );
      }
      const text = isBad(status) ? `${status} (${letterOf(status)})` : status;
      return [legendItem(`s-${status}`, text, isBad(status))];
    });
  const isAbove = dayRates(model).some(({ days }) => days.some(isOver));
  const above = isAbove
    ? htmlMarkup`<li>bar at the foot: above the maximum of its period</li>`
    : htmlMarkup``;
  const isTainted = model.tainted.length + contaminatedCells(model).length > 0;
  const taint = isTainted ? htmlMarkup`<li>dark corner: contaminated or tainted</li>` : htmlMarkup``;
  return htmlMarkup`<ul class="legend">${joinHtml(items)}${above}${taint}</ul>`;
}

function legendItem(name: string, text: string, isHatched: boolean): Html {
  const box = { width: 14, height: 14 };
  const square = joinHtml([
    svgElement("rect", { class: name, ...box }),
    ...(isHatched ? [svgElement("rect", { class: "hatched", ...box })] : []),
  ]);
  const swatch = svgElement(
    "svg",
    { class: "swatch", viewBox: "0 0 14 14", "aria-hidden": "true", ...box },
    square,
  );
  return htmlMarkup`<li>${swatch}${escapeHtml(text)}</li>`;
}
