import { parseMention, type Mention } from "../../domain/mention.ts";
import { escapeMarkdown, joinMarkdown, markup, mentionMarkdown } from "../../report/text/markdown-text.ts";
import { verdictLine } from "../../report/verdict.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { ReportSubject } from "./sticky-content.ts";
import { markerOf } from "./sticky-content.ts";
import { renderMarker } from "./sticky-marker.ts";
import type { StickyReport } from "./sticky-report.ts";

/** Whom a red report calls: the owner, where it is written as `@name`, and the watchers, each once. */
export function watchersOf({
  owner,
  watchers = [],
}: Pick<Runbook, "owner" | "watchers">): readonly Mention[] {
  const named = owner.startsWith("@") ? parseMention(owner) : undefined;
  return [...new Set([...(named === undefined ? [] : [named]), ...watchers])];
}

/**
 * The comment that calls them, once: it is of this attempt of this run alone, so no later report rewrites it, and
 * whoever looks for it after a lost answer finds it.
 */
export function callingComment(subject: ReportSubject): StickyReport | undefined {
  const { model, watchers = [] } = subject;
  if (watchers.length === 0) return undefined;
  const own = markerOf({ runbook: model.runbook.name, range: model.range }, subject);
  const marker = { ...own, subject: `turn ${own.runId}.${own.attempt} ${own.subject}` };
  const called = joinMarkdown(watchers.map(mentionMarkdown), ", ");
  const line = escapeMarkdown(verdictLine(model), 400);
  const why = markup`Said once, when the verdict turns red; the report says what it became.`;
  const body = joinMarkdown([markup`${called}: ${line}`, why, renderMarker(marker)], "\n\n");
  return { marker, title: "", body, isOpen: true };
}
