import { auditAndRecord, type KeptText } from "../audit/record-text-audits.ts";
import { isBounded } from "../audit/audit-text.ts";
import { relationText } from "../audit/dated-texts.ts";
import { isWithin } from "../domain/calendar-date.ts";
import { readCalendarDays } from "../ledger/read-calendar-days.ts";
import { everyOf, ownDaysAmong } from "../plan/calendar/own-days.ts";
import type { Selection } from "../plan/plan.ts";
import { gateTraits } from "../runbook/gate-traits.ts";
import type { Gate, Processor, Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/**
 * Enters that the windows of a gate's relations are true where the ledger does not know yet, so that the next look asks
 * no more than the relations. What is false is the gate's to tell.
 */
export async function recordRelationAudits(
  warehouse: Warehouse,
  look: {
    readonly runbook: Runbook;
    readonly selection: Pick<Selection, "range" | "dates">;
    readonly gate: Gate;
    readonly runId: string;
    readonly checkedAt: Date;
  },
): Promise<void> {
  const { runbook, selection, gate, runId, checkedAt } = look;
  if (!gateTraits[gate.kind].asksRelations) return;
  const named = runbook.processors
    .filter(({ id }) => gate.processors.includes(id))
    .map((processor) => ({ processor, texts: boundedTexts(warehouse, runbook, processor) }))
    .filter(({ texts }) => texts.length > 0);
  if (named.length === 0) return;
  const calendar = await readCalendarDays(warehouse, runbook);
  const within = calendar.filter(({ date }) => isWithin(date, selection.range));
  for (const { processor, texts } of named) {
    const dates = ownDaysAmong(calendar, everyOf(processor), within).map(({ date }) => date);
    const scope = { warehouse, runbook, calendar };
    await auditAndRecord(scope, { texts, dates, head: { id: runId, at: checkedAt } });
  }
}

function boundedTexts(
  { dialect }: Warehouse,
  runbook: Runbook,
  { id, relations }: Processor,
): readonly KeptText[] {
  const statements = relations.map((relation) => relationText(dialect, runbook, relation));
  return statements.filter(isBounded).map((statement) => ({ owner: id, statement }));
}
