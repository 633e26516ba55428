import { costText } from "../cost-text.ts";
import { formatCount, formatDates, formatLimit, formatRateBeside, orderOf } from "../../domain/format.ts";
import { lockLines } from "../../domain/locks.ts";
import { formatExpected, formatAccounts } from "../../domain/accounts.ts";
import { monthTable } from "../month-table.ts";
import { periodText } from "../markdown/results-table.ts";
import type { PeriodResult, ReportModel } from "../model.ts";
import { compareResults, toneOfResult, wordOfResult } from "../processor-state.ts";
import { escapeHtml, htmlMarkup, htmlLink, joinHtml, type Html } from "../text/html-text.ts";
import { verdictLine, verdictOf } from "../verdict.ts";
import { htmlSection, htmlTable, type HtmlCell } from "./html-table.ts";

/** Verdict, warnings, commands, the heat map, results, changes and checklist: what is read first. */
export function headerSections(model: ReportModel, heatMap: Html): Html {
  const sections = [
    htmlMarkup`<header class="verdict ${escapeHtml(verdictOf(model).level)}"><h1>${escapeHtml(verdictLine(model), 200)}</h1>`,
    htmlMarkup`<p>${escapeHtml(formatAccounts(model.tally))}</p>${cost(model)}</header>`,
    factsList(model),
    warnings(model),
    locked(model),
    htmlSection("next", "Next", commands(model)),
    htmlSection("months", "How far each phase is filled", months(model)),
    heatMap,
    htmlSection("results", "Periods and processors", results(model)),
    htmlSection("changes", "Since the last report", changes(model)),
    htmlSection("checklist", "Validation checklist", checklist(model)),
  ];
  return joinHtml(sections, "\n");
}

function months({ months: counts = [] }: ReportModel): Html {
  const { heads, rows } = monthTable(counts);
  if (rows.length === 0) return htmlMarkup``;
  return htmlTable(
    heads.map((head) => ({ head })),
    rows,
  );
}

function cost(model: ReportModel): Html {
  const text = costText(model);
  if (model.cost === undefined || text === undefined) return htmlMarkup``;
  return htmlMarkup`<p>${escapeHtml(text)} (${htmlLink("price", model.cost.source)})</p>`;
}

function factsList({ runbook, range, dates, processors, checks }: ReportModel): Html {
  const facts = [
    runbook.title,
    `owner ${runbook.owner}`,
    `${range.from} to ${range.to}`,
    `${formatCount(dates.length)} dates × ${formatCount(processors.length)} processors`,
    ...checks.map(({ kind, state }) => `${kind}: ${state}`),
  ];
  return htmlMarkup`<ul class="facts">${joinHtml(facts.map((fact) => htmlMarkup`<li>${escapeHtml(fact)}</li>`))}</ul>`;
}

function warnings(model: ReportModel): Html {
  if (model.warnings.length === 0) return htmlMarkup``;
  const items = model.warnings.map(({ text }) => htmlMarkup`<li>${escapeHtml(text, 400)}</li>`);
  return htmlMarkup`<div class="warnings" role="note"><strong>Read first</strong><ul>${joinHtml(items)}</ul></div>`;
}

function locked({ runbook, locks }: ReportModel): Html {
  if (locks === undefined) return htmlMarkup``;
  const items = lockLines(runbook.name, locks).map((line) => htmlMarkup`<li>${escapeHtml(line, 400)}</li>`);
  return htmlMarkup`<ul class="facts">${joinHtml(items)}</ul>`;
}

function commands(model: ReportModel): Html {
  if (model.commands.length === 0) return htmlMarkup`<p>Nothing is needed.</p>`;
  const items = model.commands.map(({ command, why }) => {
    return htmlMarkup`<li>${escapeHtml(why, 400)}<pre>${escapeHtml(command, 4000)}</pre></li>`;
  });
  return htmlMarkup`<ol class="steps">${joinHtml(items)}</ol>`;
}

const columns = [
  { head: "Processor" },
  { head: "Verdict" },
  { head: "Period" },
  ...["Present / expected", "Declared", "Failure rate", "Expected range", "Maximum"].map((head) => ({
    head,
    isNumber: true,
  })),
  { head: "Note" },
];
const mostRows = 12;

/** The worst results; every one of them in a fold when there are more. */
function results(model: ReportModel): Html {
  const rows = model.results.toSorted(compareResults).map((result) => resultCells(model, result));
  const table = htmlTable(columns, rows.slice(0, mostRows));
  if (rows.length <= mostRows) return table;
  const rest = htmlTable(columns, rows.slice(mostRows));
  return htmlMarkup`${table}<details><summary>${escapeHtml(formatCount(rows.length - mostRows))} more, none of them worse</summary>${rest}</details>`;
}

function resultCells(model: ReportModel, result: PeriodResult): readonly HtmlCell[] {
  const { processor, period, present, expectedRows, rate, expectedRate, maximum, note } = result;
  return [
    processor,
    { text: wordOfResult(result), tone: toneOfResult(result) },
    periodText(model, period),
    `${formatCount(present)} / ${formatExpected(result)}`,
    expectedRows === undefined ? "none" : formatCount(expectedRows),
    formatRateBeside(rate, maximum),
    expectedRate === undefined
      ? "none"
      : `${formatLimit(expectedRate.from)} to ${formatLimit(expectedRate.to)}`,
    formatLimit(maximum),
    note,
  ];
}

function changes({ changes: found, dates }: ReportModel): Html {
  if (found.kind === "first") return htmlMarkup`<p>This is the first report.</p>`;
  const lists = [
    ["Newly bad", found.newlyBad],
    ["Fixed", found.fixed],
  ] as const;
  const order = orderOf(dates);
  const items = lists.map(([title, names]) => {
    const own = [...Map.groupBy(names, ({ processor }) => processor)].map(([processor, group]) => {
      const days = group.map(({ date }) => date);
      return htmlMarkup`<li>${escapeHtml(`${processor} ${formatDates(days, { order })}`, 400)}</li>`;
    });
    const days = own.length > 0 ? htmlMarkup`<ul>${joinHtml(own)}</ul>` : htmlMarkup``;
    return htmlMarkup`<li>${escapeHtml(`${title}: ${formatCount(names.length)}`)}${days}</li>`;
  });
  const verdicts = found.verdicts.map(({ processor, period, before, now }) => {
    return htmlMarkup`<li>${escapeHtml(`${processor} ${period}: ${before} → ${now}`)}</li>`;
  });
  const unchanged = escapeHtml(formatCount(found.unchanged));
  return htmlMarkup`<p>Against run ${escapeHtml(found.runId)}</p><ul>${joinHtml(items)}<li>Unchanged: ${unchanged}</li>${joinHtml(verdicts)}</ul>`;
}

function checklist(model: ReportModel): Html {
  const groups = [...Map.groupBy(model.checklist, ({ group }) => group)].map(([group, items]) => {
    const boxes = items.map(({ text, state, evidence }) => {
      const word = state === "done" ? "done" : state === "open" ? "open" : "not known";
      return htmlMarkup`<li class="box-${escapeHtml(state)}">${escapeHtml(`${text}: ${evidence} (${word})`, 400)}</li>`;
    });
    return htmlMarkup`<h3>${escapeHtml(group)}</h3><ul class="boxes">${joinHtml(boxes)}</ul>`;
  });
  return joinHtml(groups, "\n");
}
