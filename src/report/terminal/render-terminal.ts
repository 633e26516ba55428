import { originTexts } from "../../domain/source-origin.ts";
import { lockLines } from "../../domain/locks.ts";
import { costText } from "../cost-text.ts";
import { formatCount, formatLimit, formatRateBeside } from "../../domain/format.ts";
import { formatAccounts, isUncounted } from "../../domain/accounts.ts";
import { toneOf } from "../../domain/verdict.ts";
import { periodText } from "../markdown/results-table.ts";
import { mergeResults, sumTainted, type MergedResult } from "../merge-results.ts";
import type { PeriodResult, ReportModel } from "../model.ts";
import { toneOfResult, wordOfResult, type StateTone } from "../processor-state.ts";
import {
  asDispatched,
  asTyped,
  commandText,
  runbookWord,
  type Invocation,
  type PrintedCommand,
} from "../../domain/printed-command.ts";
import { verdictLine, verdictOf } from "../verdict.ts";
import { fitTable, type TerminalColumn } from "./fit-table.ts";
import { cleanText } from "../text/clean-text.ts";

/** Colours a text; plain where the output is no terminal. */
type Painter = (tone: StateTone, text: string) => string;

/** Where the report is shown. */
export type TerminalView = {
  readonly width: number;
  readonly paint: Painter;
  /** How the reader types commands; absent: as they stand in the report. */
  readonly invocation?: Invocation | undefined;
  /** Whether the tables are those of a run on GitHub: runs are dispatched there, and nothing is looked up here. */
  readonly isRemote?: boolean;
};

const mostRows = 60;
const usual: Invocation = { prefix: "cascade" };

/** The report for a terminal: verdict, warnings, the table fitted to the width, accounting, what to do next. */
export function renderTerminal(model: ReportModel, view: TerminalView): string {
  const { width, paint, invocation, isRemote = false } = view;
  const line = verdictLine(model, escapeTerminal);
  const warnings = model.warnings.map(
    ({ text }) => `${paint("careful", "warning")} ${escapeTerminal(text, 400)}`,
  );
  const merged = mergeResults(model.results, mostRows);
  const table = fitTable(
    columns,
    merged.map((result) => cellsOf(model, result)),
    { width, paint },
  );
  const isClean = model.tally.untracked === 0;
  const sections = [
    paint(toneOf(verdictOf(model).level), line),
    warnings.join("\n"),
    model.locks === undefined
      ? ""
      : lockLines(model.runbook.name, model.locks)
          .map((text) => escapeTerminal(text, 400))
          .join("\n"),
    table,
    [paint(isClean ? "good" : "bad", formatAccounts(model.tally)), costText(model) ?? ""]
      .join("\n")
      .trimEnd(),
    originTexts(model.origins ?? [])
      .map((text) => escapeTerminal(`Rows of ${text}`, 400))
      .join("\n"),
    stepsText(model, { paint, remote: isRemote ? (invocation ?? usual) : undefined }),
    isRemote ? "" : looksText(model, invocation ?? usual),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

/** The columns, and the order in which they give way to a narrow terminal. */
const columns: readonly TerminalColumn[] = [
  { head: "processor", keep: 9 },
  { head: "verdict", keep: 10 },
  { head: "period", keep: 8 },
  { head: "expected", keep: 3, isNumber: true },
  { head: "present", keep: 4, isNumber: true },
  { head: "explained", keep: 2, isNumber: true },
  { head: "untracked", keep: 5, isNumber: true },
  { head: "failure rate", keep: 7, isNumber: true },
  { head: "maximum", keep: 6, isNumber: true },
  { head: "explained by", keep: 1 },
];

function cellsOf(
  model: ReportModel,
  { results }: MergedResult,
): { readonly cells: readonly string[]; readonly tone: StateTone } {
  const [first] = results;
  if (first === undefined) return { cells: [], tone: "idle" };
  function sum(field: "expected" | "present" | "explained" | "untracked"): string {
    return formatCount(results.reduce((total, result) => total + result[field], 0));
  }
  const tainted = sumTainted({ results });
  const cells = [
    results.length === 1 ? escapeTerminal(first.processor, 30) : `${formatCount(results.length)} results`,
    wordOfResult({ verdict: first.verdict, tainted }),
    new Set(results.map(({ period }) => period)).size === 1
      ? escapeTerminal(periodText(model, first.period), 24)
      : "several",
    results.every(isUncounted) ? "unknown" : sum("expected"),
    sum("present"),
    sum("explained"),
    sum("untracked"),
    results.length === 1 ? rateText(first) : "several",
    results.length === 1 ? formatLimit(first.maximum) : "several",
    results.length === 1 ? categoriesText(first) : "",
  ];
  return { cells, tone: toneOfResult({ verdict: first.verdict, tainted }) };
}

function rateText({ rate, maximum }: PeriodResult): string {
  return formatRateBeside(rate, maximum);
}

function categoriesText({ categories }: PeriodResult): string {
  const texts = Object.entries(categories).map(
    ([id, count]) => `${escapeTerminal(id, 40)} ${formatCount(count)}`,
  );
  return texts.join(", ");
}

function stepsText(
  { commands }: ReportModel,
  { paint, remote }: { readonly paint: Painter; readonly remote: Invocation | undefined },
): string {
  if (commands.length === 0) return "";
  const steps = commands.map(({ command, why }, index) => {
    const typed = remote === undefined ? command : asTyped(asDispatched(command), remote);
    return `${index + 1}. ${escapeTerminal(why, 300)}\n   ${paint("good", escapeTerminal(typed, 2000))}`;
  });
  return ["Next:", ...steps].join("\n");
}

/** Where to look at what is not there and explained, and at everything. */
function looksText({ partitions, dates, ...model }: ReportModel, invocation: Invocation): string {
  const runbook = runbookWord(model.runbook);
  function text(command: PrintedCommand): string {
    return escapeTerminal(asTyped(commandText(command), invocation), 2000);
  }
  const [first] = partitions.flatMap(({ processor, explained }) => {
    const date = dates[explained.findIndex((count) => count > 0)];
    return date === undefined ? [] : [{ processor, date }];
  });
  const why =
    first === undefined
      ? []
      : [`Why rows are absent: ${text({ name: "why", runbook, words: [first.processor, first.date] })}`];
  return [...why, `Every partition: ${text({ name: "status", runbook })}`].join("\n");
}

/** Any text for a terminal: no control sequence is left in it. */
export function escapeTerminal(text: string, limit?: number): string {
  return cleanText(text, limit);
}
