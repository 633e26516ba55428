import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { judgeUnits } from "../units/judge-units.ts";
import { openScope } from "../units/open-scope.ts";
import { digestPlan } from "./plan-digest.ts";
import type { ApprovedPlan } from "./plan-record.ts";
import type { UnitReason, WarehouseState } from "../plan.ts";
import type { Timeline } from "../calendar/timeline.ts";
import type { PlanScope, UnitVerdict, UnitVerdicts } from "../units/unit-verdict.ts";

/** Whether a plan still is what it was approved as. */
export type Staleness = {
  /** Whether runbook, calendar, waivers and what it reads are those that it was made from. */
  readonly isDigestKept: boolean;
  /** Units that its selection asks for now and that it does not have, in the order of processors, then dates. */
  readonly outside: readonly {
    readonly processor: string;
    readonly date: CalendarDate;
    readonly reason: UnitReason;
  }[];
};

/** Sets a plan, carried out or not, against what is there now. Throws a fault when its selection cannot be resolved. */
export function judgeStaleness(runbook: Runbook, state: WarehouseState, approved: ApprovedPlan): Staleness {
  const { scope, sums } = openScope(runbook, state, approved.selection);
  const verdicts = judgeUnits({ ...scope, selection: { ...scope.selection, force: false } });
  const planned = new Map(approved.units.map(({ processor, dates }) => [processor, new Set(dates)]));
  const frozen = frozenVerdicts(scope, verdicts, planned);
  return {
    isDigestKept: digestPlan(scope, frozen, sums) === approved.digest,
    outside: outsideOf(verdicts, planned, scope.timeline),
  };
}

type Planned = ReadonlyMap<string, ReadonlySet<CalendarDate>>;

const planned: UnitVerdict = { kind: "run", reason: { kind: "missing" } };
const withdrawn: UnitVerdict = { kind: "run", reason: { kind: "withdrawn" } };

/**
 * The verdicts of the approved plan, whose units are done by now: only which of them ran enters the digest, and which
 * were withdrawn, as those that the calendar does not have.
 */
function frozenVerdicts(
  { runbook, timeline }: Pick<PlanScope, "runbook" | "timeline">,
  verdicts: UnitVerdicts,
  units: Planned,
): UnitVerdicts {
  return new Map(
    [...verdicts].map(([processor, own]) => {
      const days = timeline.daysOf(runbook.processors.find(({ id }) => id === processor) ?? {});
      return [
        processor,
        own.map((verdict, index) => {
          const date = timeline.dates[index];
          if (date !== undefined && units.get(processor)?.has(date) === true)
            return days[index] === undefined ? withdrawn : planned;
          return verdict?.kind === "run" ? undefined : verdict;
        }),
      ];
    }),
  );
}

function outsideOf(verdicts: UnitVerdicts, units: Planned, { dates }: Timeline): Staleness["outside"] {
  return [...verdicts].flatMap(([processor, own]) =>
    own.flatMap((verdict, index) => {
      const date = dates[index];
      if (date === undefined || verdict?.kind !== "run") return [];
      return units.get(processor)?.has(date) === true ? [] : [{ processor, date, reason: verdict.reason }];
    }),
  );
}
