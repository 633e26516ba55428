import { formatCount } from "../format.ts";
import { costText } from "../cost-text.ts";
import type { Accounts, ReportModel } from "../model.ts";

/** The accounting line, and which checks it rests on. */
export function renderAccounting(model: ReportModel): string {
  const checks = model.checks.map(({ kind, state }) => `${kind} ${state}`).join(" · ");
  const { planned, recorded = 0 } = model.tally;
  const plan =
    planned === undefined ? "" : `\n\nPlanned ${formatCount(planned)} · recorded ${formatCount(recorded)}`;
  const cost = costText(model);
  const billed = cost === undefined ? "" : `\n\nCost: ${cost}`;
  return `**${accountsLine(model.tally)}**\n\nChecks: ${checks}${plan}${billed}`;
}

/** `expected = present + explained + waived + untracked`, in numbers. */
export function accountsLine({ expected, present, explained, waived, untracked }: Accounts): string {
  const parts = [
    `${formatCount(present)} present`,
    `${formatCount(explained)} explained`,
    `${formatCount(waived)} waived`,
    `${formatCount(untracked)} untracked`,
  ];
  return `${formatCount(expected)} expected = ${parts.join(" + ")}`;
}
