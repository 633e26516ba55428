import { firstFinding, type Finding } from "../../gates/finding.ts";
import { withReaders } from "../../plan/upstream/upstream.ts";
import type { Runbook } from "../../runbook/runbook.ts";

/** Kinds of findings that lie where they are found; others follow from what is wrong elsewhere too often to be causes of their own. */
const plainKinds: ReadonlySet<Finding["kind"]> = new Set([
  "shape",
  "row",
  "attempt",
  "absent",
  "account",
  "value",
  "content",
  "volume",
  "upstream",
]);

/**
 * What most probably caused some findings, in the order of the cascade: the first of them, then of the plain ones that
 * do not follow from a cause before the next. Empty where there are none.
 */
export function independentCauses<Found extends Finding>(
  runbook: Runbook,
  findings: readonly Found[],
): readonly Found[] {
  const causes: Found[] = [];
  let rest = findings;
  for (let next = firstFinding(runbook, rest); next !== undefined; next = firstFinding(runbook, rest)) {
    causes.push(next);
    const follows = consequencesOf(runbook, next, findings);
    rest = rest.filter((finding) => plainKinds.has(finding.kind) && !follows(finding));
  }
  return causes;
}

/**
 * Tells what may have the same reason as a cause: in its table the same kind of thing, and whatever its dates show besides;
 * the same kind of thing on its dates elsewhere; and what reads it, from its date on. Which dates there are says the
 * calendar, so that all may follow from what is wrong in it.
 */
function consequencesOf(
  runbook: Runbook,
  { table, kind, date: from = "" }: Finding,
  findings: readonly Finding[],
): (finding: Finding) => boolean {
  if (calendarTables(runbook).has(table)) return () => true;
  const ids = new Set(readersOf(runbook, table));
  const readers = new Set<string>(runbook.processors.filter(({ id }) => ids.has(id)).map((own) => own.table));
  const own = findings.filter((finding) => finding.table === table);
  const dates = new Set(own.filter((finding) => finding.kind === kind).map(({ date }) => date));
  return (finding) => {
    const { date } = finding;
    const isAlike = finding.kind === kind;
    if (finding.table !== table) {
      return (
        (isAlike && dates.has(date)) || (readers.has(finding.table) && (date === undefined || date >= from))
      );
    }
    return isAlike || date === undefined || dates.has(undefined) || dates.has(date);
  };
}

function calendarTables({ calendar: { table, origin } }: Runbook): ReadonlySet<string> {
  const origins = origin.kind === "query" ? origin.reads : (origin.holidays ?? []);
  return new Set([table, ...origins.map((read) => read.table)]);
}

/** All that read a table, directly or through others; the processor that makes it is not among them. */
export function readersOf(runbook: Runbook, table: string): readonly string[] {
  const own = runbook.processors.find((processor) => processor.table === table)?.id;
  const direct = runbook.processors.filter(({ reads }) => reads.some((edge) => edge.table === table));
  const all = withReaders(runbook, new Set(direct.map(({ id }) => id)));
  return [...all].filter((id) => id !== own);
}
