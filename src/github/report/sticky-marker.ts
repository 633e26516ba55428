import type { Judgement } from "./turn.ts";
import type { VerdictLevel } from "../../domain/verdict.ts";
import { renderedMarkdown, type Markdown } from "../../report/text/markdown-text.ts";

/** Which report a text is, and which attempt of which run wrote it. */
export type StickyMarker = {
  readonly runbook: string;
  /** Range, kind of warehouse and thread: what one report of a runbook is about. */
  readonly subject: string;
  readonly runId: number;
  readonly attempt: number;
  /** What it said; absent in reports of earlier versions and in what is no report. */
  readonly verdict?: Judgement;
};

/** The line at the end of a report by which its next writer finds it; readers do not see it. */
export function renderMarker({ runbook, subject, runId, attempt, verdict }: StickyMarker): Markdown {
  const said = verdict === undefined ? "" : ` level="${verdict.level}" verdict="${attribute(verdict.word)}"`;
  return renderedMarkdown(
    `<!-- cascade-report runbook="${attribute(runbook)}" subject="${attribute(subject)}" run="${runId}" attempt="${attempt}"${said} -->`,
  );
}

function attribute(text: string): string {
  return text.replaceAll(/["<>\r\n]/g, "_");
}

/** What the last line of a text says; undefined when that is no marker of ours. */
export function parseMarker(text: string): StickyMarker | undefined {
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  const [, runbook, subject, runId, attempt, level, word] = form.exec(last) ?? [];
  if (runbook === undefined || subject === undefined) return undefined;
  const verdict = word === undefined ? {} : { verdict: { level: level as VerdictLevel, word } };
  return { runbook, subject, runId: Number(runId), attempt: Number(attempt), ...verdict };
}

/** Whether two markers are of one report, whoever wrote it. */
export function isSameReport(left: StickyMarker, right: StickyMarker): boolean {
  return left.runbook === right.runbook && left.subject === right.subject;
}

/** Whether a run, or an attempt of one run, is later than another. */
export function isLater(left: StickyMarker, right: StickyMarker): boolean {
  return left.runId === right.runId ? left.attempt > right.attempt : left.runId > right.runId;
}

const form =
  /^<!-- cascade-report runbook="([^"]+)" subject="([^"]+)" run="([1-9]\d*)" attempt="([1-9]\d*)"(?: level="(ok|warning|action)" verdict="([^"]+)")? -->$/;
