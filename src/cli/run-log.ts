import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatCount, formatDuration } from "../domain/format.ts";
import { levelOfLook, type VerdictLevel } from "../domain/verdict.ts";
import { createRedact, secretsOf } from "../domain/redact.ts";
import { unreachable } from "../errors.ts";
import { visibleLines } from "../report/text/clean-text.ts";
import { formatMoved } from "../run/find-moved.ts";
import type { ShellEffects } from "../process/effects.ts";
import type { DateOutcome, RunEvent } from "../run/run-event.ts";
import type { Terminal } from "./terminal.ts";

/** Where logs of runs are kept, beside the usual warehouse. */
const logFolder = join(".cascade", "logs");

/** The first word of a line, so that `grep -c "ERROR\|FAILED"` counts the lines that somebody has to read. */
const words = { ok: "INFO", warning: "WARN", action: "ERROR" } as const;

/**
 * The log of one run: a line an event, written at once, so that it can be followed while the run goes on. A run that has
 * not ended when the log is disposed of was broken off.
 */
export type RunLog = Disposable & {
  /** Where the log is; undefined before the run has begun, and where none can be kept. */
  readonly path: () => string | undefined;
  readonly tell: (event: RunEvent) => void;
  /** Writes the verdict. */
  readonly end: (level: VerdictLevel, headline: string) => void;
};

/**
 * Keeps a log of the run that is about to begin, named after its id; secrets of the environment are taken out. A log that
 * cannot be written ends no run: `note` tells once why.
 */
export function openRunLog(
  { now, environment }: Pick<ShellEffects, "now" | "environment">,
  { note, folder = logFolder }: Pick<Terminal, "note"> & { readonly folder?: string },
): RunLog {
  const redact = createRedact(secretsOf(environment));
  let path: string | undefined;
  let hasEnded = true;
  function write(level: VerdictLevel, text: string): void {
    if (path === undefined) return;
    try {
      appendFileSync(
        path,
        `${now().toISOString()} ${words[level]} ${visibleLines(redact(text)).join(" ")}\n`,
      );
    } catch (cause) {
      path = undefined;
      note(lostText(cause));
    }
  }
  return {
    path: () => path,
    tell(event) {
      if (event.kind === "run-started") {
        path = event.plan.totals.units === 0 ? undefined : begin(join(folder, `${event.runId}.log`), note);
      }
      if (event.kind === "run-started" || event.kind === "run-ended") hasEnded = event.kind === "run-ended";
      for (const { level, text } of entriesOf(event)) write(level, text);
    },
    end: write,
    [Symbol.dispose]() {
      if (!hasEnded)
        write("action", "the run was broken off: what was committed stays, the same command does the rest");
    },
  };
}

function begin(path: string, note: Terminal["note"]): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return path;
  } catch (cause) {
    note(lostText(cause));
    return undefined;
  }
}

function lostText(cause: unknown): string {
  return `No log is kept of this run: ${cause instanceof Error ? cause.message : String(cause)}`;
}

type Entry = { readonly level: VerdictLevel; readonly text: string };

/** What the log says of an event. */
function entriesOf(event: RunEvent): readonly Entry[] {
  switch (event.kind) {
    case "run-started": {
      const { runbook, totals } = event.plan;
      const counts = `${formatCount(totals.units)} dates to do, ${formatCount(totals.upToDate)} up to date, ${formatCount(totals.blocked)} blocked`;
      return [{ level: "ok", text: `run ${event.runId} of ${runbook} started: ${counts}` }];
    }
    case "cell-started":
      return [{ level: "ok", text: `${event.cell.processor} ${event.cell.dates.length} dates started` }];
    case "cell-ended": {
      const { processor, outcomes, elapsedMs } = event.result;
      const counts = [...Map.groupBy(outcomes, ({ kind }) => kind)].map(
        ([kind, all]) => `${all.length} ${kind}`,
      );
      const ended = {
        level: "ok",
        text: `${processor} ended after ${formatDuration(elapsedMs)}: ${counts.join(", ")}`,
      } as const;
      return [...outcomes.flatMap((outcome) => troubleOf(processor, outcome)), ended];
    }
    case "command-printed":
      return [{ level: "ok", text: `${event.processor} printed: ${event.line}` }];
    case "step-retried": {
      const { processor, error, seconds, left } = event;
      const again = `${processor} again in ${formatDuration(seconds * 1000)}, ${left} more after that: ${error}`;
      return [{ level: "warning", text: again }];
    }
    case "gate-ended": {
      const { gate, status, summary } = event.verdict;
      return [{ level: levelOfLook(status), text: `gate ${gate} ${status}: ${summary}` }];
    }
    case "run-ended":
      return [{ level: "ok", text: `run ${event.runId} ended after ${formatDuration(event.elapsedMs)}` }];
    default:
      return unreachable(event);
  }
}

function troubleOf(processor: string, outcome: DateOutcome): readonly Entry[] {
  const unit = `${processor} ${outcome.date}`;
  switch (outcome.kind) {
    case "committed":
      return outcome.finding === undefined ? [] : [{ level: "warning", text: `${unit} ${outcome.finding}` }];
    case "up-to-date":
      return [];
    case "failed":
      return [{ level: "action", text: `${unit} FAILED: ${outcome.error}` }];
    case "blocked": {
      if (outcome.lease !== undefined)
        return [{ level: "warning", text: `${unit} not run: ${outcome.lease}` }];
      const upstream = outcome.upstream.map((gap) => `${gap.upstream} ${gap.dates[0] ?? ""}`);
      return [{ level: "warning", text: `${unit} blocked by ${upstream.join(", ")}` }];
    }
    case "moved":
      return [{ level: "warning", text: `${unit} ${formatMoved(outcome.upstream)}` }];
    default:
      return unreachable(outcome);
  }
}
