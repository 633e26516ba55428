import { Fault } from "../errors.ts";
import { windowFindingText } from "../plan/audit/window-finding.ts";
import { calendarText } from "./dated-texts.ts";
import type { TextScope } from "./audit-text.ts";
import { auditAndRecord } from "./record-text-audits.ts";

/**
 * Audits what the calendar's statement declares to read, once per statement. Fault: calendar-invalid where a date of it
 * rests on more.
 */
export async function refuseFalseCalendar(
  scope: TextScope,
  head: { readonly id: string; readonly at: Date },
): Promise<void> {
  const { warehouse, runbook, calendar } = scope;
  const statement = calendarText(warehouse.dialect, runbook);
  if (statement === undefined) return;
  const { table } = runbook.calendar;
  const dates = calendar.map(({ date }) => date);
  const findings = await auditAndRecord(scope, { texts: [{ owner: table, statement }], dates, head });
  if (findings.length === 0) return;
  throw new Fault(
    "calendar-invalid",
    `Cannot use the calendar ${table}: ${findings.map(windowFindingText).join("; ")}`,
    {
      hint: "Declare under the calendar's `reads` the window that the statement reads, or leave the window out",
    },
  );
}
