import type { ReportModel, ChecklistItem } from "../model.ts";
import {
  codeBlock,
  diagramBlock,
  escapeMarkdown,
  indented,
  joinMarkdown,
  type Markdown,
  markdownLink,
  markup,
  renderedMarkdown,
} from "../text/markdown-text.ts";
import { verdictLine } from "../verdict.ts";
import { renderChanged } from "./changed.ts";
import { renderChanges } from "./changes.ts";
import { countListed } from "./date-details.ts";
import { detailLevels, isAtLeast, leftOutBy, type DetailLevel } from "./detail-level.ts";
import { renderDetails } from "./details.ts";
import { monthTable } from "../month-table.ts";
import { renderTable } from "./table.ts";
import { renderResults } from "./results-table.ts";
import { originTexts } from "../../domain/source-origin.ts";
import { lockLines } from "../../domain/locks.ts";
import { formatAccounts } from "../../domain/accounts.ts";
import { formatCount, countOf } from "../../domain/format.ts";
import { costText } from "../cost-text.ts";
import { chartedRates, mermaidRateChart } from "./rate-chart.ts";
import { cascadeGraph, type Diagram } from "./mermaid-graph.ts";

const mostWarnings = 10;

const mostLinks = 8;

const mostOrigins = 5;

/** A longer command is not shown rather than cut: half a command must not be copied. */
const longestCommand = 1000;

const mostItems = 20;

/** Where a document goes: into an issue, a comment or a pull request, or into a job's step summary. */
export type MarkdownTarget = "comment" | "summary";

const targets: Readonly<Record<MarkdownTarget, { readonly from: DetailLevel; readonly limit: number }>> = {
  comment: { from: "full", limit: 60_000 },
  summary: { from: "everything", limit: 1_000_000 },
};

/**
 * The report as GitHub-flavoured Markdown at the most detailed level that fits its target: 60,000 characters in a
 * comment, 1,000,000 bytes in a step summary. Every level is a whole document that says what it leaves out.
 */
export function renderMarkdown(model: ReportModel, target: MarkdownTarget = "comment"): Markdown {
  const { from, limit } = targets[target];
  for (const level of detailLevels) {
    if (isAtLeast(from, level)) {
      const text = mayFit(model, level, limit) ? renderLevel(model, level) : undefined;
      if (text !== undefined && sizeOf(text, target) <= limit) return text;
    }
  }
  return renderLevel(model, "counts");
}

/** The report at one level, whatever its size; `counts` is bounded. */
export function renderLevel(model: ReportModel, level: DetailLevel): Markdown {
  const sections = [
    renderedMarkdown(verdictLine(model, escapeMarkdown)),
    renderWarnings(model),
    renderLocks(model),
    renderMonths(model),
    renderResults(model),
    renderAccounting(model),
    renderCommands(model),
    renderChanges(model),
    renderChanged(model),
    renderChecklist(model),
    isAtLeast(level, "failing-periods") ? renderDiagrams(model) : markup``,
    renderDetails(model, level),
    renderLeftOut(level),
    renderOrigins(model),
    renderFooter(model),
  ];
  return markup`${joinMarkdown(sections, "\n\n")}\n`;
}

/** Spares the rendering of what is certainly too long: no row of a table takes less than 24 characters. */
function mayFit(model: ReportModel, level: DetailLevel, limit: number): boolean {
  const periods = isAtLeast(level, "failing-dates") ? model.results.length : 0;
  return (countListed(model, level) + periods) * 24 <= limit;
}

function sizeOf(text: string, target: MarkdownTarget): number {
  return target === "comment" ? text.length : new TextEncoder().encode(text).length;
}

function renderLeftOut(level: DetailLevel): Markdown {
  const what = leftOutBy(level);
  return what === ""
    ? markup``
    : markup`_Left out here: ${escapeMarkdown(what)}. All of it is in \`report.html\` and \`report.json\`._`;
}

/** The accounting line, and which checks it rests on. */
function renderAccounting(model: ReportModel): Markdown {
  const checks = model.checks.map(({ kind, state }) => `${kind} ${state}`).join(" · ");
  const { planned, recorded = 0 } = model.tally;
  const plan =
    planned === undefined
      ? markup``
      : markup`Planned ${escapeMarkdown(formatCount(planned))} · recorded ${escapeMarkdown(formatCount(recorded))}`;
  const cost = costText(model);
  const billed = cost === undefined ? markup`` : markup`Cost: ${escapeMarkdown(cost)}`;
  const accounts = markup`**${escapeMarkdown(formatAccounts(model.tally))}**`;
  return joinMarkdown([accounts, markup`Checks: ${escapeMarkdown(checks, 1000)}`, plan, billed], "\n\n");
}

/** How far each phase is filled, by month. */
function renderMonths({ months = [] }: ReportModel): Markdown {
  const { heads, rows } = monthTable(months);
  return rows.length === 0
    ? markup``
    : renderTable(
        heads.map((head) => ({ head, limit: 60 })),
        rows,
      );
}

/** The plan's validation checklist as boxes that only a result ticks. */
function renderChecklist({ checklist }: ReportModel): Markdown {
  const groups = [...Map.groupBy(checklist, ({ group }) => group)];
  const parts = groups.map(
    ([group, items]) => markup`**${escapeMarkdown(group)}**\n\n${joinMarkdown(boxesOf(items), "\n")}`,
  );
  return joinMarkdown([markup`### Validation checklist`, ...parts], "\n\n");
}

/** Boxes, open ones always first to be kept; a long list of ticked ones becomes one. */
function boxesOf(items: readonly ChecklistItem[]): readonly Markdown[] {
  if (items.length <= mostItems) return items.map(boxOf);
  const done = items.filter(({ state }) => state === "done");
  const open = items.filter(({ state }) => state !== "done");
  const shown = open.slice(0, mostItems).map(boxOf);
  const rest = open.length - shown.length;
  return [
    ...(done.length > 0
      ? [markup`- [x] ${escapeMarkdown(countOf(done.length, "box", "boxes"))} of this group`]
      : []),
    ...shown,
    ...(rest > 0 ? [markup`- [ ] ${escapeMarkdown(countOf(rest, "more open box", "more open boxes"))}`] : []),
  ];
}

function boxOf({ text, state, evidence }: ChecklistItem): Markdown {
  const box = state === "done" ? markup`x` : markup` `;
  const unknown = state === "unknown" ? markup` (not known)` : markup``;
  return markup`- [${box}] ${escapeMarkdown(text, 80)}${unknown}: ${escapeMarkdown(evidence, 120)}`;
}

/** What to do next, numbered, each with a command to copy; empty when nothing is to be done. */
function renderCommands({ commands }: ReportModel): Markdown {
  if (commands.length === 0) return markup``;
  const items = commands.map(({ command, why }, index) => {
    const isShort = command.length <= longestCommand;
    const block = isShort ? indented(codeBlock(command)) : markup`The command is in \`report.html\`.`;
    return markup`${index + 1}. ${escapeMarkdown(why, 240)}\n\n   ${block}`;
  });
  return joinMarkdown([markup`### Next`, ...items], "\n\n");
}

/** The cascade and the worst failure rate as pictures; each only repeats what a table says. */
function renderDiagrams(model: ReportModel): Markdown {
  const rates = chartedRates(model);
  const diagrams = [
    renderDiagram(markup`### Cascade`, cascadeGraph(model)),
    renderDiagram(markup`### Failure rate by day`, rates === undefined ? undefined : mermaidRateChart(rates)),
  ];
  return joinMarkdown(diagrams, "\n\n");
}

function renderDiagram(title: Markdown, diagram: Diagram | undefined): Markdown {
  if (diagram === undefined) return markup``;
  const note = diagram.note === "" ? markup`` : escapeMarkdown(diagram.note);
  return joinMarkdown([title, diagramBlock(diagram.text), note], "\n\n");
}

/** Where the rows of the sources came from. */
function renderOrigins({ origins = [] }: ReportModel): Markdown {
  const texts = originTexts(origins).slice(0, mostOrigins);
  return texts.length === 0
    ? markup``
    : markup`<sub>Rows of ${joinMarkdown(
        texts.map((text) => escapeMarkdown(text, 600)),
        " · ",
      )}</sub>`;
}

/** Where the report comes from. */
function renderFooter({ footer, schema, runbook }: ReportModel): Markdown {
  const facts = [
    fact("plan", footer.digest),
    fact("commit", footer.commit),
    fact("run", footer.runId),
    fact("attempt", footer.runAttempt === undefined ? undefined : String(footer.runAttempt)),
    fact("warehouse", footer.warehouse),
    ...(footer.requestedBy === undefined ? [] : [fact("asked by", footer.requestedBy)]),
    ...(footer.reason === undefined ? [] : [fact("reason", footer.reason)]),
    fact("dates in", runbook.timeZone),
    markup`report schema ${schema}`,
    ...footer.links.slice(0, mostLinks).map(({ title, url }) => markdownLink(title, url)),
  ];
  return markup`---\n\n<sub>${joinMarkdown(facts, " · ")}</sub>`;
}

function fact(name: string, value: string | undefined): Markdown {
  const text = value === undefined ? markup`not recorded` : escapeMarkdown(value, 80);
  return markup`${escapeMarkdown(name)} ${text}`;
}

/** What outranks the results, as an alert; empty when there is none. */
function renderLocks({ runbook, locks }: ReportModel): Markdown {
  if (locks === undefined) return markup``;
  const lines = lockLines(runbook.name, locks).map((line) => markup`> - ${escapeMarkdown(line, 400)}`);
  return joinMarkdown([markup`> [!NOTE]`, ...lines], "\n");
}

function renderWarnings({ warnings }: ReportModel): Markdown {
  if (warnings.length === 0) return markup``;
  const shown = warnings.slice(0, mostWarnings).map(({ text }) => markup`> - ${escapeMarkdown(text, 300)}`);
  const rest = warnings.length - shown.length;
  const more = rest > 0 ? [markup`> - and ${escapeMarkdown(formatCount(rest))} more in \`report.html\``] : [];
  return joinMarkdown([markup`> [!WARNING]`, ...shown, ...more], "\n");
}
