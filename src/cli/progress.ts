import { countOf, formatCount, formatDuration, formatLines, onOneLine } from "../domain/format.ts";
import { levelOfLook, toneOf } from "../domain/verdict.ts";
import { formatMoved } from "../run/find-moved.ts";
import type { CellResult, GateVerdict, RunEvent } from "../run/run-event.ts";
import { paint, type Terminal } from "./terminal.ts";

/** Errors that are told of a cell. */
const namedErrors = 3;

/** A shorter time is mostly the start. */
const paceMs = 10_000;

type Progress = { done: number; units: number; cells: number; startedAt: number };

/** Shows a run as it goes: a line per cell with dates, rows, failures, elapsed, and the time left. */
export function showProgress(terminal: Terminal, clock: () => number): (event: RunEvent) => void {
  const progress: Progress = { done: 0, units: 0, cells: 0, startedAt: clock() };
  return (event) => {
    switch (event.kind) {
      case "run-started": {
        const { totals } = event.plan;
        progress.units = totals.units;
        if (totals.units > 0) {
          const units = `${countOf(totals.units, "date")} of ${countOf(totals.processors, "processor")} to do`;
          terminal.note(
            `${units}, ${formatCount(totals.upToDate)} up to date, ${formatCount(totals.blocked)} blocked`,
          );
        }
        return;
      }
      case "cell-started":
        terminal.redraw(`  ${event.cell.processor.padEnd(6)} ${event.cell.dates.length} dates …`);
        return;
      case "cell-ended":
        progress.done += event.cell.dates.length;
        progress.cells += 1;
        terminal.redraw("");
        terminal.note(cellLine(event.result, progress, clock()));
        for (const line of linesBelow(event.result)) terminal.note(line);
        return;
      case "command-printed":
        terminal.redraw("");
        terminal.note(paint("quiet", `         ${event.processor}: ${onOneLine(event.line)}`));
        return;
      case "step-retried":
        terminal.redraw("");
        terminal.note(
          paint("careful", `         ${event.processor}: again in ${formatDuration(event.seconds * 1000)}`),
        );
        return;
      case "gate-ended":
        terminal.note(gateLine(event.verdict));
        return;
      case "run-ended":
        return;
    }
  };
}

function cellLine(result: CellResult, progress: Progress, now: number): string {
  const sums = sumOutcomes(result);
  const total = result.outcomes.length;
  const facts = [
    `${String(sums.committed + sums.upToDate).padStart(4)} of ${total} dates`.padEnd(18),
    `${formatCount(sums.rows).padStart(9)} rows`,
    `${formatCount(sums.failures).padStart(7)} failures`,
    formatDuration(result.elapsedMs).padStart(8),
  ];
  const trouble = [
    sums.failed > 0 ? paint("bad", `${sums.failed} failed`) : "",
    sums.blocked > 0 ? paint("careful", `${sums.blocked} blocked`) : "",
    sums.moved > 0 ? paint("careful", `${sums.moved} moved`) : "",
    sums.upToDate > 0 ? paint("quiet", `${sums.upToDate} up to date`) : "",
  ].filter((text) => text !== "");
  const time = leftText(progress, now - progress.startedAt);
  const isWaiting = sums.blocked + sums.moved > 0;
  const mark = sums.failed > 0 ? paint("bad", "✗") : isWaiting ? paint("careful", "!") : paint("good", "✓");
  return [`${mark} ${result.processor.padEnd(6)}${facts.join("  ")}`, ...trouble, time]
    .filter(Boolean)
    .join("  ");
}

/** How long the rest takes at the pace so far; the first seconds say nothing of it. */
function leftText({ done, units }: Progress, elapsedMs: number): string {
  if (done >= units || elapsedMs < paceMs) return "";
  return paint("quiet", `about ${formatDuration((elapsedMs / done) * (units - done))} left`);
}

/** What is wrong with dates of a cell. */
function linesBelow(result: CellResult): readonly string[] {
  const failed = result.outcomes.filter((outcome) => outcome.kind === "failed");
  const odd = result.outcomes.flatMap((outcome) =>
    outcome.kind === "committed" && outcome.finding !== undefined
      ? [{ date: outcome.date, error: outcome.finding }]
      : [],
  );
  return [...errorLines(failed), ...errorLines(odd), ...movedLines(result), ...leasedLines(result)];
}

/** The first date of each error, and how many share it. */
function errorLines(found: readonly { readonly date: string; readonly error: string }[]): readonly string[] {
  const groups = [...Map.groupBy(found, ({ error }) => error)];
  const lines = groups.map(([error, [first, ...others]]) => {
    const more = others.length === 0 ? "" : ` (and ${countOf(others.length, "more date", "more dates")})`;
    return `${first?.date ?? ""}${more}: ${onOneLine(error)}`;
  });
  const shown = formatLines(lines, { limit: namedErrors, where: "all in the report" });
  return shown.map((line) => `         ${line}`);
}

/** What moved under a cell, each upstream once. */
function movedLines({ outcomes }: CellResult): readonly string[] {
  const moved = new Set(outcomes.flatMap((outcome) => (outcome.kind === "moved" ? outcome.upstream : [])));
  return moved.size === 0 ? [] : [`         ${formatMoved([...moved])}`];
}

/** Who is at dates that were left to another run, each run once. */
function leasedLines({ outcomes }: CellResult): readonly string[] {
  const leases = new Set(
    outcomes.flatMap((outcome) => (outcome.kind === "blocked" ? (outcome.lease ?? []) : [])),
  );
  return [...leases].map((lease) => `         ${onOneLine(lease)}`);
}

function gateLine({ gate, status, summary }: GateVerdict): string {
  const tone = toneOf(levelOfLook(status));
  return `${paint(tone, "◆")} gate ${gate} ${paint(tone, status)}: ${onOneLine(summary)}`;
}

/** Numbers of a cell's outcomes. */
function sumOutcomes(result: CellResult): {
  committed: number;
  upToDate: number;
  failed: number;
  blocked: number;
  moved: number;
  rows: number;
  failures: number;
} {
  const sums = { committed: 0, upToDate: 0, failed: 0, blocked: 0, moved: 0, rows: 0, failures: 0 };
  for (const outcome of result.outcomes) {
    if (outcome.kind === "up-to-date") sums.upToDate += 1;
    else sums[outcome.kind] += 1;
    if (outcome.kind === "committed") {
      sums.rows += outcome.rows;
      sums.failures += outcome.failures;
    }
  }
  return sums;
}
