import { formatDates, orderOf, countOf } from "../domain/format.ts";
import type { VerdictLevel } from "../domain/verdict.ts";
import type { Webhook } from "../runbook/told.ts";
import type { ReportModel, RootCause } from "./model.ts";
import { cleanText } from "./text/clean-text.ts";
import { verdictLine, verdictOf } from "./verdict.ts";

/** What is told of a report whose verdict changed. The keys are those of a plain JSON webhook. */
export type Notice = {
  readonly runbook: string;
  readonly range: ReportModel["range"];
  readonly verdict: string;
  readonly level: VerdictLevel;
  /** The verdict before, where there was a report before. */
  readonly before?: string;
  /** `found` quotes tables, and is there only where the webhook may. */
  readonly rootCause?: Omit<RootCause, "found"> & { readonly found?: string };
  /** All of it for people, in lines of visible characters. */
  readonly text: string;
  /** Addresses of the report and of the run that made it. */
  readonly report: string;
  readonly run: string;
};

/** What belongs to a notice and is no part of the report. */
type Around = Pick<Webhook, "values"> & Pick<Notice, "report" | "run"> & { readonly before?: string };

const longestText = 300;

/** The notice of a report. Without `values` nothing of it was read from a table but dates and names that the runbook has. */
export function noticeOf(model: ReportModel, { values, before, report, run }: Around): Notice {
  const { rootCause, range, runbook } = model;
  const { word, level } = verdictOf(model);
  return {
    runbook: runbook.name,
    range,
    verdict: word,
    level,
    ...(before === undefined ? {} : { before }),
    ...(rootCause === undefined ? {} : { rootCause: causeOf(rootCause, values) }),
    text: textOf(model, { values, before }),
    report,
    run,
  };
}

function causeOf({ found, ...cause }: RootCause, values: boolean): NonNullable<Notice["rootCause"]> {
  return values ? { ...cause, found } : cause;
}

function textOf(
  model: ReportModel,
  { values, before }: { readonly values: boolean; readonly before: string | undefined },
): string {
  const { runbook, range, rootCause, dates } = model;
  const was = before === undefined ? "" : ` (before: ${before})`;
  const head = `${verdictOf(model).word}: ${runbook.name} ${range.from} to ${range.to}${was}`;
  if (values) return lines([head, verdictLine(model)]);
  if (rootCause === undefined) return lines([head]);
  const on = formatDates(rootCause.dates, { limit: 3, order: orderOf(dates) });
  const place = [rootCause.place, on].filter((part) => part !== "").join(" on ");
  const { waiting, others = 0 } = rootCause;
  const wait = waiting === 0 ? "" : `; ${countOf(waiting, "partition")} wait for it`;
  const more = others === 0 ? "" : `; and ${countOf(others, "more cause")}`;
  return lines([head, `Root cause: ${place}${wait}${more}`]);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => cleanText(text, longestText)).join("\n");
}
