import type { ReportFacts } from "../facts.ts";
import type { ReportModel, ReportPeriod, ReportProcessor } from "../model.ts";

/** What of the runbook a report repeats, so that it can be read without it. */
export function describeRunbook(
  facts: ReportFacts,
): Pick<ReportModel, "runbook" | "periods" | "phases" | "processors" | "categories"> {
  const { runbook } = facts;
  const processors = processorsOf(facts);
  const used = new Set(processors.map(({ phase }) => phase));
  return {
    runbook: {
      name: runbook.name,
      title: runbook.title,
      owner: runbook.owner,
      timeZone: runbook.timeZone,
      folder: runbook.folder,
    },
    periods: periodsOf(facts),
    phases: runbook.phases.filter(({ number }) => used.has(number)),
    processors,
    categories: runbook.categories.map(({ id, meaning, retryable, action }) => {
      return { id, meaning, retryable, action };
    }),
  };
}

/** The periods that have dates in the range, `none` last. */
function periodsOf({ runbook, days, range }: ReportFacts): readonly ReportPeriod[] {
  const counts = new Map<string, number>();
  for (const { period } of days) counts.set(period, (counts.get(period) ?? 0) + 1);
  const named = runbook.periods.flatMap(({ id, title, from, to }) => {
    const dates = counts.get(id);
    return dates === undefined ? [] : [{ id, title, from, to, dates }];
  });
  const others = counts.get("none");
  if (others === undefined) return named;
  return [...named, { id: "none", title: "In no period", ...range, dates: others }];
}

function processorsOf({ runbook, processors }: ReportFacts): readonly ReportProcessor[] {
  const owners = new Map<string, string>(runbook.processors.map(({ table, id }) => [table, id]));
  return runbook.processors
    .filter(({ id }) => processors?.includes(id) ?? true)
    .map(({ id, title, phase, table, reads, population }) => {
      const upstream = [...reads, ...(population?.reads ?? [])].map((read) => read.table);
      const ids = upstream.flatMap((name) => owners.get(name) ?? []).filter((owner) => owner !== id);
      return { id, title, phase, table, reads: [...new Set(ids)] };
    });
}
