import { countOf } from "../../domain/format.ts";
import type { ChecklistItem, ReportModel } from "../model.ts";
import { escapeMarkdown } from "../text/markdown-text.ts";

const mostItems = 20;

/** The plan's validation checklist as boxes that only a result ticks. */
export function renderChecklist({ checklist }: ReportModel): string {
  const groups = [...Map.groupBy(checklist, ({ group }) => group)];
  const parts = groups.map(([group, items]) => `**${group}**\n\n${boxesOf(items).join("\n")}`);
  return ["### Validation checklist", ...parts].join("\n\n");
}

/** Boxes, open ones always first to be kept; a long list of ticked ones becomes one. */
function boxesOf(items: readonly ChecklistItem[]): readonly string[] {
  if (items.length <= mostItems) return items.map(boxOf);
  const done = items.filter(({ state }) => state === "done");
  const open = items.filter(({ state }) => state !== "done");
  const shown = open.slice(0, mostItems).map(boxOf);
  const rest = open.length - shown.length;
  return [
    ...(done.length > 0 ? [`- [x] ${countOf(done.length, "box", "boxes")} of this group`] : []),
    ...shown,
    ...(rest > 0 ? [`- [ ] ${countOf(rest, "more open box", "more open boxes")}`] : []),
  ];
}

function boxOf({ text, state, evidence }: ChecklistItem): string {
  const box = state === "done" ? "x" : " ";
  const unknown = state === "unknown" ? " (not known)" : "";
  return `- [${box}] ${escapeMarkdown(text, 80)}${unknown}: ${escapeMarkdown(evidence, 120)}`;
}
