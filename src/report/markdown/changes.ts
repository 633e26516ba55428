import { countOf, formatCount, formatDates, orderOf, type DateOrder } from "../../domain/format.ts";
import type { PartitionName, ReportModel } from "../model.ts";
import { escapeMarkdown, joinMarkdown, type Markdown, markup } from "../text/markdown-text.ts";

const mostProcessors = 5;
const mostVerdicts = 8;

/** What became better and worse since the last report. */
export function renderChanges({ changes, dates }: ReportModel): Markdown {
  if (changes.kind === "first") return markup`### Since the last report\n\nThis is the first report.`;
  const order = orderOf(dates);
  const { fixed, newlyBad, unchanged, verdicts, runId } = changes;
  const [worse, better, same] = [
    escapeMarkdown(countOf(newlyBad.length, "newly bad partition")),
    escapeMarkdown(formatCount(fixed.length)),
    escapeMarkdown(formatCount(unchanged)),
  ];
  const lines = [
    markup`Against run ${escapeMarkdown(runId, 60)}: +${worse}, −${better} fixed, ±${same} unchanged.`,
    ...namesOf("Newly bad", newlyBad, order),
    ...namesOf("Fixed", fixed, order),
    ...verdicts
      .slice(0, mostVerdicts)
      .map(
        ({ processor, period, before, now }) =>
          markup`${cell(processor)} ${cell(period)}: ${escapeMarkdown(before)} → ${escapeMarkdown(now)}`,
      ),
    ...(verdicts.length > mostVerdicts
      ? [markup`${escapeMarkdown(countOf(verdicts.length - mostVerdicts, "more verdict"))} changed`]
      : []),
  ];
  const [first = markup``, ...others] = lines;
  const list = joinMarkdown(
    others.map((line) => markup`- ${line}`),
    "\n",
  );
  return joinMarkdown([markup`### Since the last report`, first, list], "\n\n");
}

function namesOf(title: string, names: readonly PartitionName[], order: DateOrder): readonly Markdown[] {
  const groups = [...Map.groupBy(names, ({ processor }) => processor)];
  const shown = groups.slice(0, mostProcessors).map(([processor, group]) => {
    const dates = formatDates(
      group.map(({ date }) => date),
      { limit: 4, order },
    );
    return markup`${escapeMarkdown(title)}: ${cell(processor)} ${escapeMarkdown(dates)}`;
  });
  const rest = groups.length - shown.length;
  return rest > 0 ? [...shown, escapeMarkdown(`${title}: ${countOf(rest, "more processor")}`)] : shown;
}

function cell(text: string): Markdown {
  return escapeMarkdown(text, 40);
}
