import { existsSync } from "node:fs";
import { readRunbook } from "../run/read-runbook.ts";
import type { Command, CommandContext } from "./command.ts";
import { ingest } from "./ingest-commands.ts";
import { duckDbPath } from "./open-warehouse.ts";
import { defaultRunbook } from "./options.ts";
import { runAndSummarise } from "./run-command.ts";
import { formatCount, formatDuration } from "./terminal.ts";

/** `cascade start`: sample season once, then the cascade, in one go. Exit as `run`. */
export const startCommand: Command = {
  summary: "sample season (once), the whole cascade, and a summary",
  usage: "npm start",
  async run(context) {
    const runbook = await readRunbook(context.options.positionals[0] ?? defaultRunbook);
    const path = duckDbPath(context.options.warehouse);
    const isNew = path !== undefined && !existsSync(path);
    if (isNew && runbook.sample !== undefined) await sampleOnce(context, { runbook, ingest: runbook.sample });
    return runAndSummarise(context, runbook);
  },
};

async function sampleOnce(context: CommandContext, request: Parameters<typeof ingest>[1]): Promise<void> {
  const { terminal } = context;
  terminal.note(`No warehouse yet: generating the sample season of "${request.runbook.name}"`);
  const startedAt = performance.now();
  const { tables } = await ingest(context, request);
  const rows = tables.reduce((total, table) => total + table.rows, 0);
  const elapsed = formatDuration(performance.now() - startedAt);
  terminal.note(`${formatCount(rows)} rows in ${tables.length} raw tables (${elapsed})`);
}
