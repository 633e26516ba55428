import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import type { RecoveryFile } from "../../../src/github/recovery/recovery-file.ts";

/** What a run left for its recovery: nothing is open unless told. */
export function recoveryFile({
  open,
  ...changed
}: Partial<Omit<RecoveryFile, "open">> & {
  readonly open?: Partial<RecoveryFile["open"]>;
} = {}): RecoveryFile {
  return {
    runbook: "relay",
    range: { from: "2024-01-01" as CalendarDate, to: "2024-01-05" as CalendarDate },
    reportTo: "new",
    subject: "2024-01-01..2024-01-05 duckdb new",
    requestedBy: "",
    round: 0,
    mostRounds: 5,
    unknown: 0,
    unanswered: 0,
    isStale: false,
    commands: [],
    ...changed,
    open: { rerun: 0, forced: 0, upstreamFirst: 0, investigate: 0, unplanned: 0, ...open },
  };
}
