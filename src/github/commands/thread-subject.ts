import { localEngine, parseEngineName } from "../../engines/engine-table.ts";
import type { EngineName } from "../../domain/engine-name.ts";
import { parseCalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { watchSubject } from "../report/sticky-content.ts";
import { parseMarker, type StickyMarker } from "../report/sticky-marker.ts";

/** What the report in a thread is about. */
export type ThreadSubject = {
  readonly runbook: string;
  /** Undefined for what the watch found: it looks at the usual range, whatever that is by now. */
  readonly range: DateRange | undefined;
  readonly warehouse: EngineName;
  /** The run that wrote it last. */
  readonly runId: number;
  /** Whether the issue itself is the report, rather than a comment in it. */
  readonly isOwnIssue: boolean;
};

/** A text of the thread and who wrote it. */
export type ThreadText = { readonly author: string; readonly body: string };

const reporter = "github-actions[bot]";

/** What a report of ours says of itself; undefined for every other text, whatever it looks like. */
export function subjectOf({ author, body }: ThreadText, isOwnIssue: boolean): ThreadSubject | undefined {
  const marker = author === reporter ? parseMarker(body) : undefined;
  return marker === undefined ? undefined : readSubject(marker, isOwnIssue);
}

/** `2021-11-01..2021-12-31 duckdb new`, or `watch duckdb` */
function readSubject(
  { runbook, subject, runId }: StickyMarker,
  isOwnIssue: boolean,
): ThreadSubject | undefined {
  if (subject === watchSubject)
    return { runbook, range: undefined, warehouse: localEngine.name, runId, isOwnIssue };
  const [, first = "", last = "", engine = ""] = /^(\S+)\.\.(\S+) (\S+) \S+$/.exec(subject) ?? [];
  const [from, to] = [parseCalendarDate(first), parseCalendarDate(last)];
  const warehouse = parseEngineName(engine);
  if (from === undefined || to === undefined || warehouse === undefined) return undefined;
  return { runbook, range: { from, to }, warehouse, runId, isOwnIssue };
}
