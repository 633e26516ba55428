import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { AttemptHead } from "../../ledger/append-attempts.ts";
import { auditEntry } from "../../ledger/audits.ts";
import { everyOf, ownDays } from "../../plan/calendar/own-days.ts";
import { datesToAudit } from "../../plan/audit/sample-dates.ts";
import { windowFindingText } from "../../plan/audit/window-finding.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { writesItself } from "../../runbook/writes-itself.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import type { Knowledge } from "../classify-dates.ts";
import type { RunEffects } from "../run-event.ts";
import type { AloneCommand, StagedCell } from "./trial.ts";
import { auditDates } from "./audit-windows.ts";

/** What the audit of a cell says. */
export type CellAudit = {
  /** Why none of the cell's dates may be committed; dates whose inputs moved meanwhile are no reason. */
  refusalAt(moved: ReadonlyMap<CalendarDate, unknown>): string | undefined;
  /** What the ledger is to hold with the commit: the windows were true on those of its dates that were audited. */
  entries(head: AttemptHead, committed: readonly CalendarDate[]): readonly Statement[];
  /** Remembers the same once it is committed. */
  remember(committed: readonly CalendarDate[]): void;
};

/**
 * Most dates of a cell whose outcome is compared with one that sees every row. Larger cells have seen so much beside the
 * windows of a date that they are compared themselves, but for their last date, after which they see nothing.
 */
const mostCompared = 15;

/** Whether the cell's outcome stands for one with every row: that of a program does where others were computed with a date. */
function standsForAll({ step }: Processor, { length }: readonly CalendarDate[]): boolean {
  return step.kind === "sql" ? length > mostCompared : length > 1;
}

const nothingAudited: CellAudit = {
  refusalAt: () => undefined,
  entries: () => [],
  remember: () => undefined,
};

type CellContext = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly knowledge: Knowledge;
  readonly effects: RunEffects;
  /** Of a step that is a command. */
  readonly command?: AloneCommand | undefined;
};

/** Audits a definition whose windows are not yet known to be true, on some of the dates that its cell has staged. */
export async function auditCell(
  warehouse: Warehouse,
  { runbook, processor, knowledge, effects, command }: CellContext,
  { dates: computed, staged }: { readonly dates: readonly CalendarDate[]; readonly staged: StagedCell },
): Promise<CellAudit> {
  const { audits, fingerprints } = knowledge;
  const { calendar } = knowledge.state;
  const definition = fingerprints.definitionOf(processor.id);
  // What writes its table itself cannot be computed without leaving anything.
  if (audits === undefined || writesItself(processor) || computed.length === 0) return nothingAudited;
  const audited = await audits.auditedDates(warehouse, definition);
  if (audited === undefined) return nothingAudited;
  const isLarge = standsForAll(processor, computed);
  const eligible = computed.length > mostCompared ? computed.slice(0, -1) : computed;
  const dates = datesToAudit({
    calendar: ownDays(calendar, everyOf(processor)),
    definition,
    computed: eligible,
    audited,
  });
  if (dates.length === 0) return nothingAudited;
  const scope = { warehouse, runbook, processor, calendar, randomId: effects.randomId, command };
  const findings = await auditDates(scope, { dates, staged, isLarge, isOnly: computed.length === 1 });
  function among(committed: readonly CalendarDate[]): readonly CalendarDate[] {
    return dates.filter((date) => committed.includes(date));
  }
  return {
    refusalAt(moved) {
      const standing = findings.filter(({ date }) => !moved.has(date));
      return standing.length === 0 ? undefined : standing.map(windowFindingText).join("; ");
    },
    entries: (head, committed) => auditEntry(warehouse, head, { definition, dates: among(committed) }),
    remember: (committed) => audits.add(definition, among(committed)),
  };
}
