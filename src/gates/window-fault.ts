import { auditText, isBounded, type DatedText, type TextScope } from "../audit/audit-text.ts";
import { textDefinition } from "../audit/dated-texts.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import { readAudits } from "../ledger/audits.ts";
import type { Catalog } from "../ledger/catalog.ts";
import { ledgerTable } from "../ledger/tables.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { datesToAudit, fewestAudited } from "../plan/audit/sample-dates.ts";
import { windowFindingText } from "../plan/audit/window-finding.ts";
import type { CalendarDay } from "../plan/plan.ts";

/** A statement, the days among which it is audited, and where known what the ledger may tell of earlier audits. */
type AskedText = {
  readonly statement: DatedText;
  readonly days: readonly CalendarDay[];
  readonly catalog?: Catalog;
};

/**
 * Why the answer of a statement is not believed: it rests on more than the windows that it declares, or that could not be
 * asked. Undefined where it declares none, or where they are true on sampled dates.
 */
export async function windowFault(
  scope: TextScope,
  { statement, days, catalog }: AskedText,
): Promise<string | undefined> {
  if (!isBounded(statement)) return undefined;
  const definition = textDefinition(scope.runbook, statement);
  try {
    const audited = await auditedDates(scope, { definition, catalog });
    if (audited.size >= fewestAudited) return undefined;
    const computed = days.map(({ date }) => date);
    const dates = datesToAudit({
      calendar: allDays(scope.runbook, scope.calendar),
      definition,
      computed,
      audited,
    });
    const findings = await auditText(scope, statement, dates);
    if (findings.length === 0) return undefined;
    return `Cannot rely on ${statement.name}: ${findings.map(windowFindingText).join("; ")}`;
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.exitCode !== 3) throw cause;
    return cause.message;
  }
}

async function auditedDates(
  { warehouse, runbook: { ledger } }: TextScope,
  { definition, catalog }: { readonly definition: string; readonly catalog: Catalog | undefined },
): Promise<ReadonlySet<CalendarDate>> {
  if (catalog?.has(ledgerTable(ledger, "cascade_audits")) !== true) return new Set();
  return (await readAudits(warehouse, ledger)).get(definition) ?? new Set();
}
