import { costText } from "../cost-text.ts";
import { formatCount, formatDates, formatLimit, formatRateBeside, orderOf } from "../../domain/format.ts";
import { formatAccounts } from "../../domain/accounts.ts";
import { periodText } from "../markdown/results-table.ts";
import type { PeriodResult, ReportModel } from "../model.ts";
import { compareResults, toneOfResult, wordOfResult } from "../processor-state.ts";
import { escapeHtml, htmlLink } from "../text/html-text.ts";
import { verdictLine, verdictOf } from "../verdict.ts";
import { htmlSection, htmlTable, type HtmlCell } from "./html-table.ts";

/** Verdict, warnings, commands, the heat map, results, changes and checklist: what is read first. */
export function headerSections(model: ReportModel, heatMap: string): string {
  return [
    `<header class="verdict ${verdictOf(model).level}"><h1>${escapeHtml(verdictLine(model), 200)}</h1>`,
    `<p>${escapeHtml(formatAccounts(model.tally))}</p>${cost(model)}</header>`,
    factsList(model),
    warnings(model),
    htmlSection("next", "Next", commands(model)),
    heatMap,
    htmlSection("results", "Periods and processors", results(model)),
    htmlSection("changes", "Since the last report", changes(model)),
    htmlSection("checklist", "Validation checklist", checklist(model)),
  ].join("\n");
}

function cost(model: ReportModel): string {
  const text = costText(model);
  if (model.cost === undefined || text === undefined) return "";
  return `<p>${escapeHtml(text)} (${htmlLink("price", model.cost.source)})</p>`;
}

function factsList({ runbook, range, dates, processors, checks }: ReportModel): string {
  const facts = [
    runbook.title,
    `owner ${runbook.owner}`,
    `${range.from} to ${range.to}`,
    `${formatCount(dates.length)} dates × ${formatCount(processors.length)} processors`,
    ...checks.map(({ kind, state }) => `${kind}: ${state}`),
  ];
  return `<ul class="facts">${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join("")}</ul>`;
}

function warnings(model: ReportModel): string {
  if (model.warnings.length === 0) return "";
  const items = model.warnings.map(({ text }) => `<li>${escapeHtml(text, 400)}</li>`);
  return `<div class="warnings" role="note"><strong>Read first</strong><ul>${items.join("")}</ul></div>`;
}

function commands(model: ReportModel): string {
  if (model.commands.length === 0) return "<p>Nothing is needed.</p>";
  const items = model.commands.map(({ command, why }) => {
    return `<li>${escapeHtml(why, 400)}<pre>${escapeHtml(command, 4000)}</pre></li>`;
  });
  return `<ol class="steps">${items.join("")}</ol>`;
}

const columns = [
  { head: "Processor" },
  { head: "Verdict" },
  { head: "Period" },
  ...["Present", "Expected", "Failure rate", "Expected range", "Maximum"].map((head) => ({
    head,
    isNumber: true,
  })),
  { head: "Note" },
];
const mostRows = 12;

/** The worst results; every one of them in a fold when there are more. */
function results(model: ReportModel): string {
  const rows = model.results.toSorted(compareResults).map((result) => resultCells(model, result));
  const table = htmlTable(columns, rows.slice(0, mostRows));
  if (rows.length <= mostRows) return table;
  const rest = htmlTable(columns, rows.slice(mostRows));
  return `${table}<details><summary>${formatCount(rows.length - mostRows)} more, none of them worse</summary>${rest}</details>`;
}

function resultCells(model: ReportModel, result: PeriodResult): readonly HtmlCell[] {
  const { processor, period, present, expected, rate, expectedRate, maximum, note } = result;
  return [
    processor,
    { text: wordOfResult(result), tone: toneOfResult(result) },
    periodText(model, period),
    formatCount(present),
    formatCount(expected),
    formatRateBeside(rate, maximum),
    expectedRate === undefined
      ? "none"
      : `${formatLimit(expectedRate.from)} to ${formatLimit(expectedRate.to)}`,
    formatLimit(maximum),
    note,
  ];
}

function changes({ changes: found, dates }: ReportModel): string {
  if (found.kind === "first") return "<p>This is the first report.</p>";
  const lists = [
    ["Newly bad", found.newlyBad],
    ["Fixed", found.fixed],
  ] as const;
  const order = orderOf(dates);
  const items = lists.map(([title, names]) => {
    const own = [...Map.groupBy(names, ({ processor }) => processor)].map(([processor, group]) => {
      const days = group.map(({ date }) => date);
      return `<li>${escapeHtml(`${processor} ${formatDates(days, { order })}`, 400)}</li>`;
    });
    return `<li>${title}: ${formatCount(names.length)}${own.length > 0 ? `<ul>${own.join("")}</ul>` : ""}</li>`;
  });
  const verdicts = found.verdicts.map(({ processor, period, before, now }) => {
    return `<li>${escapeHtml(`${processor} ${period}: ${before} → ${now}`)}</li>`;
  });
  return `<p>Against run ${escapeHtml(found.runId)}</p><ul>${items.join("")}<li>Unchanged: ${formatCount(found.unchanged)}</li>${verdicts.join("")}</ul>`;
}

function checklist(model: ReportModel): string {
  return [...Map.groupBy(model.checklist, ({ group }) => group)]
    .map(([group, items]) => {
      const boxes = items.map(({ text, state, evidence }) => {
        const word = state === "done" ? "done" : state === "open" ? "open" : "not known";
        return `<li class="box-${state}">${escapeHtml(`${text}: ${evidence} (${word})`, 400)}</li>`;
      });
      return `<h3>${group}</h3><ul class="boxes">${boxes.join("")}</ul>`;
    })
    .join("\n");
}
