import { countOf, formatCount, formatDates, orderOf, type DateOrder } from "../../domain/format.ts";
import type { PartitionName, ReportModel } from "../model.ts";
import { escapeMarkdown } from "../text/markdown-text.ts";

const mostProcessors = 5;
const mostVerdicts = 8;

/** What became better and worse since the last report. */
export function renderChanges({ changes, dates }: ReportModel): string {
  if (changes.kind === "first") return "### Since the last report\n\nThis is the first report.";
  const order = orderOf(dates);
  const { fixed, newlyBad, unchanged, verdicts, runId } = changes;
  const counts = `+${countOf(newlyBad.length, "newly bad partition")}, −${formatCount(fixed.length)} fixed, ±${formatCount(unchanged)} unchanged`;
  const lines = [
    `Against run ${escapeMarkdown(runId, 60)}: ${counts}.`,
    ...namesOf("Newly bad", newlyBad, order),
    ...namesOf("Fixed", fixed, order),
    ...verdicts
      .slice(0, mostVerdicts)
      .map(({ processor, period, before, now }) => `${cell(processor)} ${cell(period)}: ${before} → ${now}`),
    ...(verdicts.length > mostVerdicts
      ? [`${countOf(verdicts.length - mostVerdicts, "more verdict")} changed`]
      : []),
  ];
  return `### Since the last report\n\n${lines
    .map((line, index) => (index === 0 ? `${line}\n` : `- ${line}`))
    .join("\n")
    .trimEnd()}`;
}

function namesOf(title: string, names: readonly PartitionName[], order: DateOrder): readonly string[] {
  const groups = [...Map.groupBy(names, ({ processor }) => processor)];
  const shown = groups.slice(0, mostProcessors).map(([processor, group]) => {
    return `${title}: ${cell(processor)} ${formatDates(
      group.map(({ date }) => date),
      { limit: 4, order },
    )}`;
  });
  const rest = groups.length - shown.length;
  return rest > 0 ? [...shown, `${title}: ${countOf(rest, "more processor")}`] : shown;
}

function cell(text: string): string {
  return escapeMarkdown(text, 40);
}
