import { renderMarkdown, renderLevel } from "../../report/markdown/render-markdown.ts";
import { detailLevels } from "../../report/markdown/detail-level.ts";
import {
  escapeCode,
  escapeMarkdown,
  joinMarkdown,
  markup,
  type Markdown,
} from "../../report/text/markdown-text.ts";
import type { Mention } from "../../domain/mention.ts";
import type { ReportModel } from "../../report/model.ts";
import { verdictOf } from "../../report/verdict.ts";
import type { ReportInputs } from "../action-inputs.ts";
import type { JobIdentity } from "../job-identity.ts";
import { renderMarker, type StickyMarker } from "./sticky-marker.ts";
import type { StickyReport } from "./sticky-report.ts";

/** What a report says besides its model. */
export type ReportSubject = {
  readonly model: ReportModel;
  /** Planned cells without a result. */
  readonly unknown: readonly string[];
  /** `report-to` as the inputs have it, or `watch`: the issue of what is wrong with the newest state. */
  readonly inputs: Pick<ReportInputs, "warehouse" | "report-to">;
  readonly job: Pick<JobIdentity, "runId" | "attempt">;
  /** Whom it calls when it turns red. */
  readonly watchers?: readonly Mention[];
  /** Webhooks that are not known to have been told, a line each. */
  readonly untold?: readonly string[];
};

/** Subject of the marker of what the watch finds; its range may change while the issue stays. */
export const watchSubject = "watch duckdb";

/** Cells that are named; more are counted. */
const mostNamed = 10;

/** The report as an issue or comment: verdict first, the marker last. Only a report that is ok closes its issue. */
export function stickyContent(subject: ReportSubject): StickyReport {
  const { model } = subject;
  const { word, level } = verdictOf(model);
  const { from, to } = model.range;
  const own = markerOf({ runbook: model.runbook.name, range: model.range }, subject);
  const marker = { ...own, verdict: { level, word } };
  const isWatch = subject.inputs["report-to"] === "watch";
  return {
    marker,
    title: `${isWatch ? "Watch: " : ""}${word}: ${model.runbook.name} ${from} to ${to}`,
    body: bodyOf(subject, marker, renderMarkdown(model)),
    isOpen: level !== "ok",
    isQuiet: isWatch,
  };
}

/** The same report at the next level of detail that is shorter; undefined when this was the shortest. */
export function shorterContent(subject: ReportSubject, report: StickyReport): StickyReport | undefined {
  const bodies = detailLevels
    .filter((level) => level !== "everything")
    .map((level) => bodyOf(subject, report.marker, renderLevel(subject.model, level)));
  const body = bodies.find(({ length }) => length < report.body.length);
  return body === undefined ? undefined : { ...report, body };
}

/** A sentence on cells that nothing is known of, as Markdown; empty when there is none. */
export function unknownText(unknown: readonly string[]): Markdown {
  if (unknown.length === 0) return markup``;
  const named = unknown.slice(0, mostNamed).map((id) => escapeCode(id));
  const more = unknown.length > mostNamed ? markup` and ${unknown.length - mostNamed} more` : markup``;
  return markup`Unknown: ${unknown.length} planned cells left no complete result: ${joinMarkdown(named, ", ")}${more}.`;
}

/** Webhooks that were not told, as Markdown; empty when there is none. */
export function untoldText(untold: readonly string[]): Markdown {
  if (untold.length === 0) return markup``;
  const lines = untold.map((line) => markup`> - ${escapeMarkdown(line, 300)}`);
  return joinMarkdown([markup`> [!WARNING]`, markup`> Not told of this verdict:`, ...lines], "\n");
}

/** What a report is about, as its marker says it. */
export function markerSubject({ from, to }: ReportModel["range"], inputs: ReportSubject["inputs"]): string {
  if (inputs["report-to"] === "watch") return watchSubject;
  return `${from}..${to} ${inputs.warehouse.split(":")[0]} ${inputs["report-to"]}`;
}

/** The marker of a report that a job makes. */
export function markerOf(
  { runbook, range }: { readonly runbook: string; readonly range: ReportModel["range"] },
  { inputs, job }: Pick<ReportSubject, "inputs" | "job">,
): StickyMarker {
  const { runId, attempt } = job;
  return { runbook, subject: markerSubject(range, inputs), runId, attempt };
}

function bodyOf(subject: ReportSubject, marker: StickyMarker, report: Markdown): Markdown {
  const parts = [
    unknownText(subject.unknown),
    untoldText(subject.untold ?? []),
    report,
    commandsText(subject),
    renderMarker(marker),
  ];
  return joinMarkdown(parts, "\n\n");
}

/** What people may type below a report that asks for something; empty below one that does not. */
function commandsText({ model, inputs }: ReportSubject): Markdown {
  if (verdictOf(model).level === "ok") return markup``;
  const to = inputs["report-to"];
  if (to.startsWith("#")) return markup`Comment \`/cascade help\` for what can be typed here.`;
  const retry = to === "watch" ? markup`` : markup`\`/cascade retry\` to re-run the failed jobs, `;
  return markup`Comment ${retry}\`/cascade run\` for a new run that goes on from this state, \`/cascade help\` for the rest.`;
}
