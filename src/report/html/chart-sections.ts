import { categoryChart, categoryCounts } from "../charts/category-chart.ts";
import { rateChart } from "../charts/rate-chart.ts";
import { svgElement } from "../charts/svg.ts";
import { taintChart } from "../charts/taint-chart.ts";
import { timelineChart } from "../charts/timeline-chart.ts";
import { dayRates } from "../day-rates.ts";
import { formatCount, formatDates, formatDuration, orderOf, type DateOrder } from "../../domain/format.ts";
import { gateDescriptions } from "../../gates/gate-descriptions.ts";
import { causeOf, groupTaints, sourceOf } from "../group-judgements.ts";
import { costCells, costHeads, durationOf, outcomeText } from "../markdown/attempt-details.ts";
import { periodText } from "../markdown/results-table.ts";
import type { ReportAttempt, ReportModel, TaintedPartition } from "../model.ts";
import { escapeHtml, htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { htmlSection, htmlTable } from "./html-table.ts";

/** Failure rates, categories, timeline and contamination as pictures, each beside a table that says the same. */
export function chartSections(model: ReportModel): Html {
  const sections = [
    htmlSection("rates", "Failure rate by day", rates(model)),
    htmlSection("categories", "Failure categories by period", categories(model)),
    htmlSection("timeline", "Timeline of the run", timeline(model)),
    htmlSection("contamination", "Reach of contamination", contamination(model)),
  ];
  return joinHtml(sections, "\n");
}

function rates(model: ReportModel): Html {
  const all = dayRates(model);
  const quiet = all.filter(({ days }) => days.every(({ explained }) => explained === 0));
  const figures = all
    .filter((rates) => !quiet.includes(rates))
    .map((rate) => {
      const name = escapeHtml(rate.processor, 60);
      return htmlMarkup`<figure><figcaption><strong>${name}</strong></figcaption>${rateChart(rate)}</figure>`;
    });
  const rest =
    quiet.length === 0
      ? htmlMarkup``
      : htmlMarkup`<p>No failure on any day: ${escapeHtml(quiet.map(({ processor }) => processor).join(", "), 4000)}.</p>`;
  if (figures.length === 0) return rest;
  const key = htmlMarkup`<p>Line: failing share of the expected rows of a day. Shaded: expected range. Dashed: maximum. Crosses: days above it. Ranges and maxima hold for whole periods.</p>`;
  return htmlMarkup`${key}<div class="charts">${joinHtml(figures, "\n")}</div>${rest}`;
}

function categories(model: ReportModel): Html {
  const counts = categoryCounts(model);
  const ids = model.categories
    .map(({ id }) => id)
    .filter((id) => counts.some(({ counts: of }) => (of[id] ?? 0) > 0));
  if (ids.length === 0) return htmlMarkup`<p>No failure is recorded in the range.</p>`;
  const key = ids.map((id, index) => {
    const square = svgElement("rect", { class: `c${index % 8}`, width: 14, height: 14 });
    const swatch = svgElement(
      "svg",
      { class: "swatch", viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" },
      square,
    );
    const meaning = model.categories.find((category) => category.id === id)?.meaning ?? "";
    return htmlMarkup`<li>${swatch}${escapeHtml(`${id}: ${meaning}`, 300)}</li>`;
  });
  const columns = [{ head: "Period" }, ...ids.map((head) => ({ head, isNumber: true }))];
  const rows = counts.map(({ period, counts: of }) => {
    return [periodText(model, period), ...ids.map((id) => formatCount(of[id] ?? 0))];
  });
  return htmlMarkup`<ul class="legend">${joinHtml(key)}</ul><div class="scroll" tabindex="0">${categoryChart(counts, ids)}</div>${htmlTable(columns, rows)}`;
}

/** The reported run as a picture, every attempt as a row. */
function timeline({ attempts, footer, cost }: ReportModel): Html {
  if (attempts.length === 0) return htmlMarkup`<p>No attempt is recorded for these dates.</p>`;
  const runId = footer.runId ?? attempts.at(-1)?.runId;
  const own = attempts.filter((attempt) => attempt.runId === runId);
  const shown = own.length > 0 ? own : attempts;
  const columns = [
    { head: "Processor" },
    { head: "Outcome" },
    { head: "Dates" },
    { head: "Started (UTC)" },
    ...["Duration", "Rows", "Failures", ...(cost === undefined ? [] : costHeads)].map((head) => ({
      head,
      isNumber: true,
    })),
    { head: "Run" },
    { head: "Error" },
  ];
  const table = htmlTable(
    columns,
    attempts.map((attempt) => attemptCells(attempt, cost)),
  );
  return htmlMarkup`<div class="scroll" tabindex="0">${timelineChart(shown)}</div><details><summary>Every attempt (${escapeHtml(formatCount(attempts.length))})</summary>${table}</details>`;
}

function attemptCells(attempt: ReportAttempt, cost: ReportModel["cost"]): readonly string[] {
  const { processor, from, to, startedAt, rows, failures, runId, error } = attempt;
  return [
    processor,
    outcomeText(attempt),
    from === to ? from : `${from} to ${to}`,
    startedAt.slice(0, 19).replace("T", " "),
    formatDuration(durationOf(attempt)),
    formatCount(rows),
    formatCount(failures),
    ...(cost === undefined ? [] : costCells(attempt, cost)),
    runId,
    error,
  ];
}

function contamination(model: ReportModel): Html {
  const check = model.checks.find(({ kind }) => gateDescriptions[kind].findsTaints);
  const state = htmlMarkup`<p>${escapeHtml(`${check?.state ?? "not-checked"}: ${check?.detail ?? "not checked"}`)}</p>`;
  if (model.tainted.length === 0) return state;
  const order = orderOf(model.dates);
  const groups = groupTaints(model.tainted).slice(0, 2000);
  const columns = [
    { head: "Processor" },
    { head: "Dates", isNumber: true },
    { head: "Which" },
    { head: "Comes from" },
    { head: "Because" },
  ];
  return htmlMarkup`${state}<div class="scroll" tabindex="0">${taintChart(model)}</div>${htmlTable(
    columns,
    groups.map((group) => taintCells(group, order)),
  )}`;
}

function taintCells(group: readonly TaintedPartition[], order: DateOrder): readonly string[] {
  const [first] = group;
  const dates = formatDates(
    group.map(({ date }) => date),
    { order },
  );
  return [
    first?.processor ?? "",
    formatCount(group.length),
    dates,
    first === undefined ? "" : sourceOf(first),
    causeOf(group),
  ];
}
