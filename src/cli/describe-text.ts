import { Fault } from "../errors.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { describeColumns } from "../run/complete-runbook.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { parseRunbook } from "../runbook/parse-runbook.ts";
import type { CommandContext } from "./command.ts";

/** What says that no warehouse can be asked now. */
const silences: ReadonlySet<string> = new Set([
  "missing-table",
  "warehouse-locked",
  "warehouse-missing",
  "warehouse-unusable",
]);

/**
 * The runbook's files with what the warehouse of the options says of the columns that they leave to it. Where it cannot be
 * asked, a note says what is not known.
 */
export async function describeText(
  { options, effects }: Pick<CommandContext, "options" | "effects">,
  text: RunbookText,
): Promise<{ readonly text: RunbookText; readonly note: string | undefined }> {
  const parsed = parseRunbook(text);
  if (parsed.kind === "invalid" || parsed.runbook.draft === undefined) return { text, note: undefined };
  const { runbook } = parsed;
  try {
    await using warehouse = await openWarehouse(effects, {
      address: options.warehouse,
      mode: "read",
      runbook,
    });
    const { columns } = await describeColumns(warehouse, runbook);
    return { text: { ...text, described: columns }, note: undefined };
  } catch (cause) {
    if (!(cause instanceof Fault) || !silences.has(cause.code)) throw cause;
    const names = parsed.runbook.draft.open.join(", ");
    return {
      text,
      note: `Not known: the columns of ${names}, which the warehouse describes. ${cause.message}`,
    };
  }
}
