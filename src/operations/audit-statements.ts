import { auditText, isBounded, type DatedText, type TextScope } from "../audit/audit-text.ts";
import { calendarText, causeText, relationText, textDefinition } from "../audit/dated-texts.ts";
import { isWithin, type DateRange } from "../domain/calendar-date.ts";
import { everyOf, ownDays, wholeRange } from "../plan/calendar/own-days.ts";
import { datesToAudit } from "../plan/audit/sample-dates.ts";
import type { EdgeFinding } from "../plan/audit/window-finding.ts";
import type { Processor } from "../runbook/runbook.ts";

/** A statement that declares windows, and of which processor it tells. */
type Named = {
  readonly kind: "relation" | "cause" | "calendar";
  /** The relation's name, the cause's id, the calendar's table. */
  readonly name: string;
  readonly processor?: string;
};

/** What an audit says of one. */
export type StatementAudit = Named & {
  readonly dates: readonly string[];
  readonly findings: readonly EdgeFinding[];
};

/** Audits what some processors' relations, the causes that speak of them, and the calendar declare, on dates of a range. */
export async function auditStatements(
  scope: TextScope,
  { processors, range }: { readonly processors: readonly Processor[]; readonly range: DateRange },
): Promise<readonly StatementAudit[]> {
  const { runbook } = scope;
  const audits: StatementAudit[] = [];
  for (const { statement, ...named } of statementsOf(scope, processors)) {
    if (!isBounded(statement)) continue;
    const of = processors.find(({ id }) => named.kind === "relation" && id === named.processor) ?? {};
    const calendar = ownDays(scope.calendar, everyOf(of));
    const own = wholeRange(everyOf(of), range);
    const computed = calendar.map(({ date }) => date).filter((date) => isWithin(date, own));
    const definition = textDefinition(runbook, statement);
    const dates = datesToAudit({ calendar, definition, computed, audited: new Set() });
    audits.push({ ...named, dates, findings: await auditText(scope, statement, dates) });
  }
  return audits;
}

function statementsOf(
  { warehouse: { dialect }, runbook }: TextScope,
  processors: readonly Processor[],
): readonly (Named & { readonly statement: DatedText })[] {
  const dates = calendarText(dialect, runbook);
  return [
    ...(dates === undefined
      ? []
      : [{ kind: "calendar" as const, name: runbook.calendar.table, statement: dates }]),
    ...processors.flatMap(({ id: processor, relations }) => [
      ...relations.map((relation) => ({
        kind: "relation" as const,
        name: relation.name,
        processor,
        statement: relationText(dialect, runbook, relation),
      })),
      ...runbook.causes
        .filter((cause) => cause.processors?.includes(processor) !== false)
        .map((cause) => ({
          kind: "cause" as const,
          name: cause.id,
          processor,
          statement: causeText(dialect, runbook, { cause, processor }),
        })),
    ]),
  ];
}
