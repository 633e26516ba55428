import { countOf, formatCount, formatLines } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import type { Reversal } from "../ledger/read-reversals.ts";
import { planReversal, refuseObstacles } from "../operations/plan-reversal.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { openEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import { revertRun } from "../run/revert-run.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { openToRead, type Command, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { jsonText } from "./terminal.ts";
import { typedOrigin } from "./typed-origin.ts";

const mostLines = 20;

/** `cascade revert`: each partition that a run has replaced goes back to what it was before. Exit 1 where one cannot. */
export const revertCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const { name, runId } = readArguments(context);
    const declared = await readRunbook(name);
    const isDry = options.flag("dry-run") === true;
    await using warehouse = await open(context, declared, isDry);
    const runbook = await completeRunbook(warehouse, declared);
    const selection = selectionOf(runbook, options);
    const reversals = await planReversal(warehouse, { runbook, runId, selection });
    if (!options.json) terminal.out(planText(reversals));
    if (!isDry) refuseObstacles(runId, reversals);
    using effects = openEffects(context.effects, () => undefined);
    const origin = typedOrigin(context);
    const revertedBy = isDry
      ? undefined
      : await revertRun(warehouse, { runbook, reversals, origin }, effects);
    if (options.json) terminal.out(jsonText(revertJson(runbook, { runId, reversals, revertedBy })));
    else if (revertedBy !== undefined) {
      terminal.out(`Reverted by ${revertedBy}. What read these dates is pending: \`cascade plan\` shows it`);
    }
    return reversals.every(({ obstacle }) => obstacle === undefined) ? 0 : 1;
  },
};

function open(context: CommandContext, runbook: Runbook, isDry: boolean): ReturnType<typeof openWarehouse> {
  if (isDry) return openToRead(context, runbook);
  return openWarehouse(context.effects, { address: context.options.warehouse, mode: "write", runbook });
}

function readArguments({ options }: CommandContext): { readonly name: string; readonly runId: string } {
  const [runId, name = defaultRunbook, extra] = options.positionals.toReversed();
  if (runId !== undefined && extra === undefined) return { name, runId };
  throw new Fault("usage", "Cannot revert: expected one run", {
    hint: "`cascade runs` lists them; type for example `cascade revert 20240105T101500Z-1a2b3c4d --dry-run`",
  });
}

function planText(reversals: readonly Reversal[]): string {
  const lines = [...Map.groupBy(reversals, ({ processor }) => processor)].flatMap(([processor, own]) => [
    `${processor}: ${countOf(own.length, "date")}, ${own[0]?.date} to ${own.at(-1)?.date}`,
    ...own.filter(({ obstacle, laterRuns }) => obstacle !== undefined || laterRuns > 0).map(remark),
  ]);
  const rows = reversals.reduce((sum, reversal) => sum + reversal.rows, 0);
  return [
    `To be brought back: ${countOf(reversals.length, "partition")} with ${formatCount(rows)} rows`,
    ...formatLines(lines, { limit: mostLines, where: "all with --json" }),
  ].join("\n");
}

function remark({ date, obstacle, laterRuns }: Reversal): string {
  if (obstacle !== undefined) return `  ${date} cannot be restored: ${obstacle}`;
  return `  ${date} was committed by ${countOf(laterRuns, "run")} since, which goes too`;
}

function revertJson(
  { name }: Runbook,
  {
    runId,
    reversals,
    revertedBy,
  }: {
    readonly runId: string;
    readonly reversals: readonly Reversal[];
    readonly revertedBy: string | undefined;
  },
): object {
  const dates = reversals.map(({ processor, date, earlier, row, rows, laterRuns, obstacle }) => ({
    processor,
    date,
    rows,
    to: earlier === undefined ? "nothing" : row.status,
    laterRuns,
    obstacle,
  }));
  return { runbook: name, run: runId, revertedBy, dates };
}
