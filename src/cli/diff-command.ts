import { isUnchanged, sumColumns, type DateChange, type Diff } from "../domain/change.ts";
import { countOf, formatCount, formatLines, onOneLine } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { diffProcessor, recordedDiff } from "../operations/diff-processor.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { openEffects } from "../process/effects.ts";
import { numberText } from "../report/changed-table.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { cleanText } from "../report/text/clean-text.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import { openToRead, type Command, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { jsonText, paint } from "./terminal.ts";

const mostDates = 20;

/** `cascade diff`: how what a definition gives differs from what stands. Exit 1 where a date could not be committed. */
export const diffCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const { name, processor } = readArguments(context);
    const declared = await readRunbook(name);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    using effects = openEffects(context.effects, () => undefined);
    const against = options.text("against") ?? "staged";
    const asked = { runbook, processor, selection: selectionOf(runbook, options) };
    const recorded =
      against === "staged" ? undefined : await recordedDiff(warehouse, { ...asked, runId: against });
    const at = against === "staged" ? undefined : { name, ref: against };
    const diff = recorded ?? (await diffProcessor(warehouse, { ...asked, at, effects }));
    terminal.out(options.json ? jsonText(diff) : diffText(diff, recorded !== undefined));
    return diff.refused.length === 0 ? 0 : 1;
  },
};

function readArguments({ options: { positionals } }: CommandContext): {
  readonly name: string;
  readonly processor: string;
} {
  const [processor, name = defaultRunbook, extra] = positionals.toReversed();
  if (processor === undefined || extra !== undefined) {
    throw new Fault("usage", "Cannot compare: expected one processor", {
      hint: "Type for example `cascade diff REVENUE --dates 2024-01-05`",
    });
  }
  return { name, processor };
}

function diffText({ processor, against, dates, refused, absent }: Diff, isRecorded: boolean): string {
  const changed = dates.filter((date) => !isUnchanged(date));
  const definition = against === "staged" ? "as it is defined now" : `as ${against} defines it`;
  const head = isRecorded
    ? `${processor} by run ${against}: ${countOf(changed.length, "date")} changed`
    : `${processor} ${definition}: ${formatCount(changed.length)} of ${countOf(dates.length, "date")} would change`;
  return [
    paint(changed.length === 0 ? "good" : "careful", head),
    ...(changed.length === 0 ? [] : changeLines(changed)),
    ...absent.map((column) => `not compared: the table has no column ${column} yet`),
    ...formatLines(
      refused.map(({ date, error }) => `${paint("bad", date)} would not be committed: ${onOneLine(error)}`),
      { limit: mostDates, where: "all with --json" },
    ),
  ].join("\n");
}

function changeLines(dates: readonly DateChange[]): readonly string[] {
  const columns = sumColumns(dates).map(({ column, changed, largest, mean, example }) => [
    column,
    formatCount(changed),
    numberText(largest),
    numberText(mean),
    cleanText(example ?? ""),
  ]);
  const [shown, more] = [dates.slice(0, mostDates), dates.length - mostDates];
  const rows = shown.map((date) => [
    date.date,
    formatCount(date.added),
    formatCount(date.removed),
    formatCount(date.changed),
    formatCount(date.same),
    cleanText(date.firstAdded ?? date.firstRemoved ?? ""),
  ]);
  return [
    ...(columns.length === 0
      ? []
      : ["", formatTable([["column", "changed", "largest", "mean", "first"], ...columns])]),
    "",
    formatTable([["date", "added", "removed", "changed", "same", "first added or removed"], ...rows]),
    ...(more > 0 ? [`and ${countOf(more, "more date")}, all with --json`] : []),
  ];
}
