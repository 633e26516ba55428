import { hasRawRows } from "../operations/fill-sources.ts";
import { readRunbook } from "../run/read-runbook.ts";
import type { Command, CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { fillAndTell } from "./fill-first.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { defaultOut } from "./report-command.ts";
import { runAndSummarise } from "./run-command.ts";

/** `cascade start`: sample season once, then the cascade, in one go. Exit as `run`. */
export const startCommand: Command = {
  async run(context) {
    const runbook = await readRunbook(context.options.positionals[0] ?? defaultRunbook);
    if (runbook.sample !== undefined && !(await isFilled(context, runbook))) {
      await fillAndTell(context, { runbook, command: "sample", ingest: runbook.sample });
    }
    return runAndSummarise(context, { runbook, out: context.options.text("out") ?? defaultOut });
  },
};

async function isFilled(
  { options, effects }: CommandContext,
  runbook: Parameters<typeof hasRawRows>[1],
): Promise<boolean> {
  await using warehouse = await openWarehouse(effects, {
    address: options.warehouse,
    mode: "write",
    runbook,
  });
  return await hasRawRows(warehouse, runbook);
}
