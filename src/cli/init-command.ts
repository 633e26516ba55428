import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { initialise } from "../ledger/initialise.ts";
import { runbookOf, type Command } from "./command.ts";
import { openWarehouse } from "../process/open-warehouse.ts";

/** `cascade init`: creates datasets, tables and ledger. Exit 1 when an existing table differs from the runbook. */
export const initCommand: Command = {
  async run(context) {
    const { options, terminal, effects } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openWarehouse(effects, {
      address: options.warehouse,
      mode: "write",
      runbook: declared,
    });
    const runbook = await completeRunbook(warehouse, declared);
    const result = await initialise(warehouse, runbook);
    const lines = [
      ...result.created.map((table) => `created ${table}`),
      ...result.added.map((column) => `added ${column}`),
      ...result.missing.map((source) => `missing ${source}`),
      ...result.differences.map((difference) => `differs ${difference}`),
    ];
    const text = lines.length === 0 ? "Nothing to do: every table exists as declared" : lines.join("\n");
    terminal.out(options.json ? escapeJson(JSON.stringify(result, undefined, 2)) : text);
    return result.differences.length === 0 ? 0 : 1;
  },
};
