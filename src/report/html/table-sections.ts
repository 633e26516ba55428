import { countOf, formatCount, formatDates, orderOf, type DateOrder } from "../../domain/format.ts";
import { changedTable } from "../changed-table.ts";
import { compareDecisions, factsOfGroup, groupAlike } from "../group-judgements.ts";
import type { ReportDecision, ReportModel } from "../model.ts";
import { escapeHtml, htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { htmlSection, htmlTable, type HtmlCell } from "./html-table.ts";

const mostRows = 2000;
const decisionTones = {
  accept: "good",
  rerun: "careful",
  "backfill-upstream-first": "careful",
  investigate: "bad",
} as const;

/** Decisions, waivers and retries. */
export function tableSections(model: ReportModel): Html {
  const sections = [
    htmlSection("findings", "Findings of the gates", findings(model)),
    htmlSection("changed", "What the run changed", changed(model)),
    htmlSection("decisions", "Recovery decisions", decisions(model)),
    htmlSection("waivers", "Waivers", waivers(model)),
    htmlSection("retries", "Retries", retries(model)),
  ];
  return joinHtml(sections, "\n");
}

function findings({ findings: all, dates: calendar }: ReportModel): Html {
  if (all.length === 0) return htmlMarkup``;
  const order = orderOf(calendar);
  const columns = ["Table", "Status", "Check", "Dates", "Found"].map((head) => ({ head }));
  const rows = all
    .slice(0, mostRows)
    .map(({ check, subject, status, dates, detail }): readonly HtmlCell[] => {
      return [subject, { text: status, tone: "bad" }, check, formatDates(dates, { order }), detail];
    });
  return htmlTable(columns, rows);
}

function changed({ changed: all = [], dates }: ReportModel): Html {
  if (all.length === 0) return htmlMarkup``;
  const { columns, rows } = changedTable(all, orderOf(dates));
  return htmlTable(columns, rows.slice(0, mostRows));
}

function decisions(model: ReportModel): Html {
  const order = orderOf(model.dates);
  const groups = groupAlike(model.decisions.toSorted(compareDecisions));
  if (groups.length === 0) return htmlMarkup`<p>Triage was not asked, or had nothing to decide.</p>`;
  const columns = [
    { head: "Processor" },
    { head: "Decision" },
    { head: "Rule" },
    { head: "Dates", isNumber: true },
    { head: "Which" },
    { head: "By these facts" },
    { head: "Command" },
  ];
  const shown = groups.slice(0, mostRows);
  const [accepted, open] = [shown.filter(isAccepted), shown.filter((group) => !isAccepted(group))];
  function table(own: typeof shown): Html {
    return htmlTable(
      columns,
      own.map((group) => decisionCells(group, order)),
    );
  }
  const count = accepted.reduce((sum, group) => sum + group.length, 0);
  const fold =
    count === 0
      ? htmlMarkup``
      : htmlMarkup`<details><summary>${escapeHtml(countOf(count, "accepted case"))}</summary>${table(accepted)}</details>`;
  return htmlMarkup`${open.length === 0 ? htmlMarkup`<p>Nothing is to be done.</p>` : table(open)}${fold}`;
}

function isAccepted(group: readonly ReportDecision[]): boolean {
  return group[0]?.decision === "accept";
}

function decisionCells(group: readonly ReportDecision[], order: DateOrder): readonly HtmlCell[] {
  const [first] = group;
  const dates = [...new Set(group.map(({ date }) => date))].toSorted();
  if (first === undefined) return [];
  return [
    first.processor,
    { text: first.decision, tone: decisionTones[first.decision] },
    first.rule,
    formatCount(dates.length),
    formatDates(dates, { order }),
    factsOfGroup(group),
    first.command,
  ];
}

function waivers({ waivers: all }: ReportModel): Html {
  if (all.length === 0) return htmlMarkup``;
  const columns = ["Waiver", "Status", "Processor", "Extent", "Until", "Approver", "Reason"].map((head) => ({
    head,
  }));
  const rows = all.map((waiver): readonly HtmlCell[] => [
    waiver.id,
    { text: waiver.status, tone: waiver.status === "in-force" ? "careful" : "bad" },
    waiver.processor,
    waiver.extent,
    waiver.expires,
    waiver.approver,
    waiver.why === "" ? waiver.reason : `${waiver.reason} (${waiver.why})`,
  ]);
  return htmlTable(columns, rows);
}

function retries({ retries: all }: ReportModel): Html {
  if (all.length === 0) return htmlMarkup``;
  const columns = [
    { head: "Processor" },
    { head: "Newest attempt" },
    { head: "Date" },
    { head: "Attempts", isNumber: true },
    { head: "Last error" },
  ];
  const rows = all
    .slice(0, mostRows)
    .map(({ processor, date, attempts, lastStatus, lastError }): readonly HtmlCell[] => [
      processor,
      { text: lastStatus, tone: lastStatus === "committed" ? "good" : "bad" },
      date,
      formatCount(attempts),
      lastError,
    ]);
  return htmlTable(columns, rows);
}
