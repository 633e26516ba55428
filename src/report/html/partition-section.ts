import type { CondensedReport } from "../condense-dates.ts";
import type { ReportModel } from "../model.ts";
import { partitionStatuses, statusOfLetter } from "../partition-status.ts";
import { escapeHtml } from "../text/html-text.ts";
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
export function partitionSection({ view: model, size }: CondensedReport): string {
  const present = new Set(
    model.partitions.flatMap(({ statuses }) => [...new Set(statuses)]).map(statusOfLetter),
  );
  const statuses = partitionStatuses.filter((status) => present.has(status));
  const heads = columns.map(([key, title], index) => {
    const numeric = index > 2 ? ' class="number"' : "";
    return `<th scope="col"${numeric}><button type="button" data-sort="${key}" data-title="${title}" data-direction="none">${title}</button></th>`;
  });
  const filters = [
    '<label>Contains<input id="filter-text" type="search" placeholder="date, category, status"></label>',
    `<label>Processor<select id="filter-processor"><option value="">all</option>${processorOptions(model)}</select></label>`,
    `<label>Status<select id="filter-status"><option value="">all</option>${statuses.map((status) => `<option>${status}</option>`).join("")}</select></label>`,
    '<label class="check"><input id="filter-bad" type="checkbox">only what needs somebody</label>',
  ];
  const body = [
    condensedNote("row", size),
    `<div class="filters" role="search">${filters.join("")}</div>`,
    '<p id="partition-count" aria-live="polite"></p>',
    `<div class="scroll" tabindex="0"><table id="partition-table"><thead><tr>${heads.join("")}<th scope="col">Categories</th></tr></thead><tbody id="partition-rows"></tbody></table></div>`,
    '<p><button id="partition-more" type="button" hidden>Show 100 more</button></p>',
  ];
  return htmlSection("partitions", "Every partition", body.join("\n"));
}

function processorOptions({ partitions }: ReportModel): string {
  return partitions
    .map(({ processor }, row) => `<option value="${row}">${escapeHtml(processor, 60)}</option>`)
    .join("");
}
