import * as fc from "fast-check";
import { parseCalendarDate, type CalendarDate } from "../../src/domain/calendar-date.ts";
import type { FailureCategory, RecoveryRule } from "../../src/runbook/runbook.ts";
import type { Tree } from "../../src/triage/decide.ts";
import type { PartitionFacts } from "../../src/triage/decision.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };

/** The date that the text names; the test is wrong when there is none. */
export function day(text: string): CalendarDate {
  const date = parseCalendarDate(text);
  if (date === undefined) throw new Error(`No date: ${text}`);
  return date;
}

/** A rule with the id `rule-<decision>`. */
export function rule(
  when: RecoveryRule["when"],
  decision: RecoveryRule["decision"],
  id = `rule-${decision}`,
): RecoveryRule {
  return { id, when, decision, because: `of ${id}`, place };
}

function category(id: string, retryable: boolean): FailureCategory {
  return { id, level: "entity", meaning: id, retryable, action: id, zeroBudget: false };
}

/** A tree over two periods, a category that resolves itself and one that running again may resolve. */
export function tree(recovery: readonly RecoveryRule[]): Tree {
  return {
    recovery,
    name: "shop",
    folder: "runbooks/shop",
    categories: [category("SLOW", false), category("BROKEN", true)],
    periods: [
      { id: "early", title: "Early", from: day("2024-05-01"), to: day("2024-05-04") },
      { id: "late", title: "Late", from: day("2024-05-05"), to: day("2024-05-31") },
    ],
  };
}

/** Facts of a good partition, but for what is given. */
export function facts(change: Partial<PartitionFacts> = {}): PartitionFacts {
  return {
    processor: "SALES",
    date: day("2024-05-07"),
    period: "late",
    category: "none",
    state: "settled",
    failure: "none",
    held: "free",
    isRepeated: false,
    upstream: "settled",
    contamination: "clean",
    rate: "within",
    notes: {},
    isCurrent: true,
    obstacle: undefined,
    ...change,
  };
}

const decisions = ["accept", "rerun", "backfill-upstream-first", "investigate"] as const;

function some<Value extends string>(...values: readonly Value[]): fc.Arbitrary<readonly Value[]> {
  return fc.subarray([...values], { minLength: 1 });
}

/** Up to five rules over the facts of `tree`. */
export const ruleSets: fc.Arbitrary<readonly RecoveryRule[]> = fc
  .array(
    fc.record({
      when: fc.record(
        {
          period: some("early", "late", "none"),
          category: some("SLOW", "BROKEN", "none"),
          state: some("settled", "missing", "untracked"),
          upstream: some("settled", "unsettled"),
          contamination: some("clean", "contaminated"),
          rate: some("within", "exceeded"),
        },
        { requiredKeys: [] },
      ),
      decision: fc.constantFrom(...decisions),
    }),
    { maxLength: 5 },
  )
  .map((shapes) => shapes.map(({ when, decision }, index) => rule(when, decision, `r${index}`)));
