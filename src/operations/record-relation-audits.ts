import { auditAndRecord } from "../audit/record-text-audits.ts";
import { isBounded } from "../audit/audit-text.ts";
import { relationText } from "../audit/dated-texts.ts";
import { isWithin } from "../domain/calendar-date.ts";
import { readCalendarDays } from "../ledger/read-calendar-days.ts";
import type { Selection } from "../plan/plan.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";
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
  if (gate.kind !== "contract" && gate.kind !== "contamination") return;
  const texts = runbook.processors
    .filter(({ id }) => gate.processors.includes(id))
    .flatMap(({ id, relations }) =>
      relations.map((relation) => {
        return { owner: id, statement: relationText(warehouse.dialect, runbook, relation) };
      }),
    )
    .filter(({ statement }) => isBounded(statement));
  if (texts.length === 0) return;
  const calendar = await readCalendarDays(warehouse, runbook);
  const days = calendar.filter(({ date }) => isWithin(date, selection.range));
  await auditAndRecord(
    { warehouse, runbook, calendar },
    { texts, dates: days.map(({ date }) => date), head: { id: runId, at: checkedAt } },
  );
}
