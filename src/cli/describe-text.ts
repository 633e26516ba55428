import { Fault } from "../errors.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { askEngine } from "../run/complete-runbook.ts";
import type { Draft } from "../runbook/described-columns.ts";
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
    const { described, dates } = await askEngine(warehouse, runbook);
    return { text: { ...text, described, dates }, note: undefined };
  } catch (cause) {
    if (!(cause instanceof Fault) || !silences.has(cause.code)) throw cause;
    return { text, note: `${unknownText(parsed.runbook.draft)}. ${cause.message}` };
  }
}

function unknownText({ open, openDates }: Draft): string {
  const parts = [
    ...(open.length === 0 ? [] : [`the columns of ${open.join(", ")}`]),
    ...(openDates === undefined ? [] : ["the dates of the calendar"]),
  ];
  return `Not known, since only the warehouse can tell: ${parts.join(", ")}`;
}
