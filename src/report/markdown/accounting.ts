import { formatAccounts } from "../../domain/accounts.ts";
import { formatCount } from "../../domain/format.ts";
import { costText } from "../cost-text.ts";
import type { ReportModel } from "../model.ts";

/** The accounting line, and which checks it rests on. */
export function renderAccounting(model: ReportModel): string {
  const checks = model.checks.map(({ kind, state }) => `${kind} ${state}`).join(" · ");
  const { planned, recorded = 0 } = model.tally;
  const plan =
    planned === undefined ? "" : `\n\nPlanned ${formatCount(planned)} · recorded ${formatCount(recorded)}`;
  const cost = costText(model);
  const billed = cost === undefined ? "" : `\n\nCost: ${cost}`;
  return `**${formatAccounts(model.tally)}**\n\nChecks: ${checks}${plan}${billed}`;
}
