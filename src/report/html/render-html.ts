import { originTexts } from "../../domain/source-origin.ts";
import { createHash } from "node:crypto";
import { condenseDates } from "../condense-dates.ts";
import type { ReportModel } from "../model.ts";
import {
  escapeHtml,
  htmlMarkup,
  htmlLink,
  joinHtml,
  ownText,
  scriptJson,
  type Html,
} from "../text/html-text.ts";
import { verdictLine } from "../verdict.ts";
import { chartSections } from "./chart-sections.ts";
import { heatMapSection } from "./heat-map-section.ts";
import { headerSections } from "./header-sections.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { partitionSection } from "./partition-section.ts";
import { tableSections } from "./table-sections.ts";
import { cellSizeOf } from "../charts/heat-map.ts";
import { isBad, letterOf, partitionStatuses } from "../partition-status.ts";
import { runbookWord, shellWord } from "../../domain/printed-command.ts";
import { cleanText } from "../text/clean-text.ts";
import type { PageData } from "./page/dom.ts";

/** More partitions than a browser shows at ease are shown by groups of dates. */
const mostPartitions = 100_000;

/**
 * The report as one page that asks nobody for anything: its policy allows this style and this script by their hashes,
 * and nothing else. Charts are drawn here; the script only reads the data that stands in the page.
 */
export function renderHtml(model: ReportModel): Html {
  const title = escapeHtml(verdictLine(model), 200);
  const policy = ownText(
    `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'`,
  );
  const condensed = condenseDates(model, mostPartitions);
  const body = [
    headerSections(model, heatMapSection(condensed)),
    chartSections(condensed.view),
    tableSections(model),
    partitionSection(condensed),
    footer(model),
  ];
  return htmlMarkup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="cascade report, schema ${model.schema}">
<title>${title}</title>
<style>${ownText(pageStyle)}</style>
</head>
<body>
${joinHtml(body, "\n")}
<script type="application/json" id="report-data">${scriptJson(pageData(condensed.view))}</script>
<script>${ownText(pageScript)}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function footer({ footer: origin, runbook, origins = [] }: ReportModel): Html {
  const links = origin.links.map(({ title, url }) => htmlMarkup` · ${htmlLink(title, url)}`);
  const texts = [
    `Plan ${origin.digest ?? "not recorded"}`,
    `commit ${origin.commit ?? "not recorded"}`,
    `run ${origin.runId ?? "not recorded"}, attempt ${origin.runAttempt ?? "not recorded"}`,
    `warehouse ${origin.warehouse ?? "not recorded"}`,
    ...(origin.requestedBy === undefined ? [] : [`asked by ${origin.requestedBy}`]),
    ...(origin.reason === undefined ? [] : [`reason: ${origin.reason}`]),
    `dates in ${runbook.timeZone}`,
    ...originTexts(origins).map((text) => `rows of ${text}`),
    "report.json holds all of this for programs",
  ];
  const facts = joinHtml(
    texts.map((text) => escapeHtml(text)),
    " · ",
  );
  return htmlMarkup`<footer>${facts}${joinHtml(links)}</footer>`;
}

/** What the page's script reads: partitions, entities and taints, by row and column of the heat map. */
function pageData(model: ReportModel): PageData {
  const rows = new Map(model.partitions.map(({ processor }, row) => [processor, row]));
  const columns = new Map(model.dates.map((date, column) => [date, column]));
  function keyOf({ processor, date }: { processor: string; date: string }): string {
    return `${rows.get(processor) ?? -1} ${columns.get(date) ?? -1}`;
  }
  return {
    runbook: shellWord(runbookWord(model.runbook)),
    dates: model.dates,
    cell: cellSizeOf(model),
    words: Object.fromEntries(
      partitionStatuses.map((word) => [letterOf(word), { word, isBad: isBad(word) }] as const),
    ),
    rows: model.partitions,
    entities: Object.fromEntries(
      model.examples.map(
        (example) => [`${keyOf(example)} ${example.category}`, example.entities.map(pairOf)] as const,
      ),
    ),
    tainted: Object.fromEntries(
      model.tainted.map((taint) => [keyOf(taint), cleanText(taint.because)] as const),
    ),
  };
}

function pairOf({ entity, reason }: { entity: string; reason: string }): readonly [string, string] {
  return [cleanText(entity), cleanText(reason)];
}
