import type { ReportModel } from "../model.ts";
import { escapeMarkdown, markdownLink } from "../text/markdown-text.ts";

const mostLinks = 8;

/** Where the report comes from. */
export function renderFooter({ footer, schema, runbook }: ReportModel): string {
  const facts = [
    fact("plan", footer.digest),
    fact("commit", footer.commit),
    fact("run", footer.runId),
    fact("attempt", footer.runAttempt === undefined ? undefined : String(footer.runAttempt)),
    fact("warehouse", footer.warehouse),
    fact("dates in", runbook.timeZone),
    `report schema ${schema}`,
    ...footer.links.slice(0, mostLinks).map(({ title, url }) => markdownLink(title, url)),
  ];
  return `---\n\n<sub>${facts.join(" · ")}</sub>`;
}

function fact(name: string, value: string | undefined): string {
  return `${name} ${value === undefined ? "not recorded" : escapeMarkdown(value, 80)}`;
}
