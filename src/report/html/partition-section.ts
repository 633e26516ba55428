import type { CondensedReport } from "../condense-dates.ts";
import type { ReportModel } from "../model.ts";
import { partitionStatuses, statusOfLetter } from "../partition-status.ts";
import { escapeHtml, htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { condensedNote } from "./heat-map-section.ts";
import { htmlSection } from "./html-table.ts";

const columns = [
  ["processor", "Processor"],
  ["status", "Status"],
  ["date", "Date"],
  ["expected", "Expected"],
  ["present", "Present"],
  ["explained", "Explained"],
  ["waived", "Waived"],
  ["untracked", "Untracked"],
  ["rate", "Failure rate"],
] as const;

/** The frame of the table of every partition; the page's script fills, filters and sorts it. */
export function partitionSection({ view: model, size }: CondensedReport): Html {
  const present = new Set(
    model.partitions.flatMap(({ statuses }) => [...new Set(statuses)]).map(statusOfLetter),
  );
  const statuses = partitionStatuses.filter((status) => status !== "none" && present.has(status));
  const heads = columns.map(([key, title], index) => {
    const numeric = index > 2 ? htmlMarkup` class="number"` : htmlMarkup``;
    const [sort, text] = [escapeHtml(key), escapeHtml(title)];
    return htmlMarkup`<th scope="col"${numeric}><button type="button" data-sort="${sort}" data-title="${text}" data-direction="none">${text}</button></th>`;
  });
  const filters = [
    htmlMarkup`<label>Contains<input id="filter-text" type="search" placeholder="date, category, status"></label>`,
    htmlMarkup`<label>Processor<select id="filter-processor"><option value="">all</option>${processorOptions(model)}</select></label>`,
    htmlMarkup`<label>Status<select id="filter-status"><option value="">all</option>${joinHtml(statuses.map((status) => htmlMarkup`<option>${escapeHtml(status)}</option>`))}</select></label>`,
    htmlMarkup`<label class="check"><input id="filter-bad" type="checkbox">only what needs somebody</label>`,
  ];
  const body = [
    condensedNote("row", size),
    htmlMarkup`<div class="filters" role="search">${joinHtml(filters)}</div>`,
    htmlMarkup`<p id="partition-count" aria-live="polite"></p>`,
    htmlMarkup`<div class="scroll" tabindex="0"><table id="partition-table"><thead><tr>${joinHtml(heads)}<th scope="col">Categories</th></tr></thead><tbody id="partition-rows"></tbody></table></div>`,
    htmlMarkup`<p><button id="partition-more" type="button" hidden>Show 100 more</button></p>`,
  ];
  return htmlSection("partitions", "Every partition", joinHtml(body, "\n"));
}

function processorOptions({ partitions }: ReportModel): Html {
  return joinHtml(
    partitions.map(
      ({ processor }, row) => htmlMarkup`<option value="${row}">${escapeHtml(processor, 60)}</option>`,
    ),
  );
}
