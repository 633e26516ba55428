import type { CalendarDate } from "../domain/calendar-date.ts";
import { readAudits, recordAudits, type AuditedDates } from "../ledger/audits.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { datesToAudit, fewestAudited } from "../plan/audit/sample-dates.ts";
import type { EdgeFinding } from "../plan/audit/window-finding.ts";
import { auditText, isBounded, type DatedText, type TextScope } from "./audit-text.ts";
import { textDefinition } from "./dated-texts.ts";

/** A statement and the name under which the ledger keeps its audits: of the processor, or of the calendar's table. */
export type KeptText = { readonly owner: string; readonly statement: DatedText };

/**
 * Audits the statements among dates of which windows were not yet found true, and enters those that are. Returns what
 * is wrong with the others. Reads nothing where none declares a window.
 */
export async function auditAndRecord(
  scope: TextScope,
  {
    texts,
    dates,
    head,
  }: {
    readonly texts: readonly KeptText[];
    readonly dates: readonly CalendarDate[];
    readonly head: { readonly id: string; readonly at: Date };
  },
): Promise<readonly EdgeFinding[]> {
  const bounded = texts.filter(({ statement }) => isBounded(statement));
  if (bounded.length === 0) return [];
  const known = await readAudits(scope.warehouse, scope.runbook.ledger);
  const findings: EdgeFinding[] = [];
  for (const { owner, statement } of bounded) {
    const asked = datesOf(scope, { statement, known, dates });
    const own = await auditText(scope, statement, asked.dates);
    findings.push(...own);
    if (own.length > 0) continue;
    const { ledger } = scope.runbook;
    await recordAudits(
      scope.warehouse,
      { ledger, processor: owner, attemptId: head.id, finishedAt: head.at },
      asked,
    );
  }
  return findings;
}

function datesOf(
  { runbook, calendar }: TextScope,
  {
    statement,
    known,
    dates,
  }: {
    readonly statement: DatedText;
    readonly known: AuditedDates;
    readonly dates: readonly CalendarDate[];
  },
): { readonly definition: string; readonly dates: readonly CalendarDate[] } {
  const definition = textDefinition(runbook, statement);
  const audited = known.get(definition) ?? new Set();
  if (audited.size >= fewestAudited) return { definition, dates: [] };
  return {
    definition,
    dates: datesToAudit({ calendar: allDays(runbook, calendar), definition, computed: dates, audited }),
  };
}
