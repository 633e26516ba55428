import type { CalendarDate } from "../domain/calendar-date.ts";
import { isChangeRefusal } from "../plan/changes/judge-change.ts";
import { isAuditRefusal } from "../plan/audit/window-finding.ts";
import type { UnitReason } from "../plan/plan.ts";
import { changeSince, type OwnScope } from "../plan/versions/own-reason.ts";
import type { Processor } from "../runbook/runbook.ts";

type Asked = OwnScope & { readonly processor: Processor; readonly date: CalendarDate };

/**
 * What another attempt at a partition would come to. `isRepeated`: it would end like the newest ones, since they were
 * alike, or the declaration or what it would change was refused, and what they were made from still stands. `failsAgain`: one failed on what
 * still stands, so that nothing that waits for it can count on another.
 */
export function prospectsOf(
  { processor, date, ...scope }: Asked,
  own: UnitReason | undefined,
): { readonly isRepeated: boolean; readonly failsAgain: boolean } {
  if (own !== undefined && own.kind !== "failed") return { isRepeated: false, failsAgain: false };
  const isSame = changeSince(processor, date, scope) === undefined;
  const { alike = 1, error } = scope.state.ledger.get(processor.id)?.get(date)?.attempt ?? {};
  return {
    isRepeated: isSame && (alike > 1 || isAuditRefusal(error) || isChangeRefusal(error)),
    failsAgain: isSame && own !== undefined,
  };
}
