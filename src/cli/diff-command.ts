import { isUnchanged, sumColumns, type DateChange, type Diff } from "../domain/change.ts";
import { countOf, formatCount, formatLines, onOneLine } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { diffProcessor, recordedDiff, type DiffRequest } from "../operations/diff-processor.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { openEffects } from "../process/effects.ts";
import { numberText } from "../report/changed-table.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { cleanText } from "../report/text/clean-text.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
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
    const asked = { runbook, name, effects, selection: selectionOf(runbook, options) };
    const diffs: Compared[] = [];
    for (const id of processor === undefined ? comparable(context, runbook) : [processor]) {
      diffs.push(await compare(context, warehouse, { ...asked, processor: id }));
    }
    const found = diffs.map(({ diff }) => diff);
    const text = diffs.map(diffText).join("\n\n");
    terminal.out(options.json ? jsonText(processor === undefined ? found : (found[0] ?? {})) : text);
    return found.every(({ refused }) => refused.length === 0) ? 0 : 1;
  },
};

/** A difference, and whether it is one that a run has recorded. */
type Compared = { readonly diff: Diff; readonly isRecorded: boolean };

async function compare(
  { options }: CommandContext,
  warehouse: Warehouse,
  { name, effects, ...asked }: Omit<DiffRequest, "at"> & { readonly name: string },
): Promise<Compared> {
  const against = options.text("against") ?? "staged";
  if (against === "staged") {
    return { diff: await diffProcessor(warehouse, { ...asked, effects, at: undefined }), isRecorded: false };
  }
  const recorded = await recordedDiff(warehouse, { ...asked, runId: against });
  if (recorded !== undefined) return { diff: recorded, isRecorded: true };
  const at = { name, ref: against };
  return { diff: await diffProcessor(warehouse, { ...asked, effects, at }), isRecorded: false };
}

/** All that can be computed without writing; who cannot is told. */
function comparable({ terminal }: CommandContext, { processors }: Runbook): readonly string[] {
  for (const { id } of processors.filter(writesItself)) {
    terminal.note(`${id} is left out: its command writes the table itself`);
  }
  return processors.filter((processor) => !writesItself(processor)).map(({ id }) => id);
}

/** Without a processor all are meant. */
function readArguments({ options }: CommandContext): {
  readonly name: string;
  readonly processor: string | undefined;
} {
  const isAll = options.flag("all") === true;
  const [last, first, extra] = options.positionals.toReversed();
  if (isAll && first === undefined) return { name: last ?? defaultRunbook, processor: undefined };
  if (isAll || last === undefined || extra !== undefined) {
    throw new Fault("usage", "Cannot compare: expected one processor, or --all for those of a runbook", {
      hint: "Type for example `cascade diff REVENUE --dates 2024-01-05`, or `cascade diff --all`",
    });
  }
  return { name: first ?? defaultRunbook, processor: last };
}

function diffText({ diff, isRecorded }: Compared): string {
  const { processor, against, dates, refused, absent } = diff;
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
