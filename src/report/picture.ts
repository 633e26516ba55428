import { condenseDates } from "./condense-dates.ts";
import { cellSizeOf, heatMap, heatMapHead } from "./charts/heat-map.ts";
import { rateChart } from "./charts/rate-chart.ts";
import { svgElement, svgText } from "./charts/svg.ts";
import { escapeHtml, htmlMarkup, joinHtml, ownText, type Html } from "./text/html-text.ts";
import { countOf, formatCount, formatLimit, formatRateBeside } from "../domain/format.ts";
import { chartStyles, colours } from "./html/colours.ts";
import { formatAccounts } from "../domain/accounts.ts";
import { toneOf } from "../domain/verdict.ts";
import { chartedRates } from "./markdown/rate-chart.ts";
import { mergeResults, sumTainted } from "./merge-results.ts";
import type { ReportModel } from "./model.ts";
import { toneOfResult, wordOfResult } from "./processor-state.ts";
import { verdictLine, verdictOf } from "./verdict.ts";
import { cutText } from "./text/clean-text.ts";

const margin = 24;
const names = 76;
const most = 6;
/** More are shown by groups of dates. */
const mostPartitions = 20_000;

/** The report at a glance as one SVG file for a README: verdict, accounting, worst results and heat map, light and dark. */
export function renderPicture(whole: ReportModel): Html {
  const { view: model } = condenseDates(whole, mostPartitions);
  const cell = cellSizeOf(model);
  const results = mergeResults(model.results, 12).slice(0, most);
  const mapTop = 118 + results.length * 22 + 20;
  const width = margin * 2 + names + Math.max(700, model.dates.length * cell.width);
  const height = mapTop + heatMapHead + model.partitions.length * cell.height + margin;
  const map = moved(heatMap(model, cell), { x: margin + names, y: mapTop });
  const line = verdictLine(model);
  const body = [
    svgElement("rect", { class: "page", width, height, rx: 8 }),
    svgElement("rect", { class: toneOf(verdictOf(model).level), x: margin, y: 22, width: 6, height: 44 }),
    svgText(line, { class: "title", x: margin + 16, y: 40 }),
    svgText(formatAccounts(model.tally), { class: "axis", x: margin + 16, y: 60 }),
    ...resultRows(results),
    ...model.partitions.map(({ processor }, row) =>
      svgText(cutText(processor, 9), {
        x: margin,
        y: mapTop + heatMapHead + row * cell.height + 14,
      }),
    ),
    map,
    worstRates(model, width),
  ];
  const style = `${colours}${chartStyles}.page { fill: var(--ground); stroke: var(--line); } svg .title { font-size: ${titleSize(line, width)}px; font-weight: 700; } svg .head { font-weight: 700; } .good { fill: var(--good); } .careful { fill: var(--careful); } .bad { fill: var(--bad); } svg text.good { fill: var(--good); } svg text.careful { fill: var(--careful); } svg text.bad { fill: var(--bad); }`;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
  };
  const title = svgElement("title", {}, escapeHtml(svgTitle(model)));
  const picture = htmlMarkup`${title}<style>${ownText(style)}</style>${joinHtml(body, "\n")}`;
  return htmlMarkup`${svgElement("svg", attributes, picture)}\n`;
}

/** A size at which a line of bold text fits between the margins. */
function titleSize(line: string, width: number): number {
  const widest = (width - margin * 2 - 16) / (Array.from(line).length * 0.6);
  return Math.round(Math.max(8, Math.min(15, widest)) * 10) / 10;
}

/** Failure rates of the processor that is worst against its limit, beside the table. */
function worstRates(model: ReportModel, width: number): Html {
  const rates = chartedRates(model);
  if (rates === undefined || width < 1100) return htmlMarkup``;
  const left = width - margin - 340;
  const name = svgText(`${rates.processor}: failing rows by day, expected range, maximum`, {
    class: "axis",
    x: left,
    y: 90,
  });
  return joinHtml([name, moved(rateChart(rates), { x: left, y: 96 })]);
}

function moved(picture: Html, { x, y }: { readonly x: number; readonly y: number }): Html {
  return svgElement("g", { transform: `translate(${x} ${y})` }, picture);
}

const columns = [0, 110, 240, 420, 560, 660] as const;

function resultRows(results: ReturnType<typeof mergeResults>): readonly Html[] {
  const head = ["Processor", "Verdict", "Period", "Present / expected", "Failure rate", "Maximum"];
  const rows = results.flatMap(({ results: group }) => {
    const [first] = group;
    if (first === undefined) return [];
    function sum(field: "present" | "expected"): string {
      return formatCount(group.reduce((total, result) => total + result[field], 0));
    }
    const single = group.length === 1;
    const name = single ? first.processor : countOf(group.length, "result");
    const tainted = sumTainted({ results: group });
    const word = wordOfResult({ verdict: first.verdict, tainted });
    const cells = [name, word, first.period, `${sum("present")} / ${sum("expected")}`];
    const rates = single
      ? [formatRateBeside(first.rate, first.maximum), formatLimit(first.maximum)]
      : ["several", "several"];
    return [{ cells: [...cells, ...rates], tone: toneOfResult({ verdict: first.verdict, tainted }) }];
  });
  return [{ cells: head, tone: "idle" }, ...rows].flatMap(({ cells, tone }, row) =>
    cells.map((text, column) =>
      svgText(text, {
        class: row === 0 ? "head" : column === 1 ? tone : "cell",
        x: margin + (columns[column] ?? 0),
        y: 96 + row * 22,
      }),
    ),
  );
}

function svgTitle({ runbook }: ReportModel): string {
  return `Report of ${runbook.name.replaceAll(/[^\w -]/g, "")}`;
}
