import { rememberAnswers } from "../../gates/remember-answers.ts";
import { lockLines, type Locks } from "../../domain/locks.ts";
import { readLeases } from "../../ledger/read-leases.ts";
import { completeRunbook } from "../../run/complete-runbook.ts";
import { isWithin, type CalendarDate } from "../../domain/calendar-date.ts";
import { startOf } from "../../domain/every.ts";
import { formatCount, formatLines } from "../../domain/format.ts";
import { asTyped, type Invocation } from "../../domain/printed-command.ts";
import { blockedCauses, blockedText } from "../../plan/units/blocked-causes.ts";
import { reasonText } from "../../plan/approval/plan-json.ts";
import { everyOf, wholeRange } from "../../plan/calendar/own-days.ts";
import type { Plan, Selection, SkipReason, WarehouseState } from "../../plan/plan.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { formatTable } from "../../report/terminal/fit-table.ts";
import { rangeOf, selectionOf } from "./options.ts";
import { planSelection } from "./plan-selection.ts";
import { namedRunbook, type TypedCommand } from "./typed-command.ts";

/** What `status` says of one partition. */
type PartitionStatus = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly state: "settled" | "held" | "frozen" | "pending" | "blocked" | "failed";
  readonly reason: string | undefined;
  /** There where only `last-games` blocks it. */
  readonly mayDepend?: boolean;
  readonly rows: number;
  readonly failures: number;
};

/** `cascade status`: the state of every partition of the selection, and what is locked. Exit 0 whatever it shows. */
export const statusCommand: TypedCommand = {
  async answer(typing) {
    const { options, invocation } = typing;
    const declared = await namedRunbook(typing);
    await using opened = await typing.openWarehouse(declared);
    const warehouse = rememberAnswers(opened);
    const runbook = await completeRunbook(warehouse, declared);
    const { plan, state } = await planSelection(warehouse, { ...typing, runbook });
    const hold = await typing.readHold?.(runbook.name);
    const leases = await readLeases(warehouse, runbook);
    const locks = { ...(hold === undefined ? {} : { hold }), leases };
    const asked = selectionOf(runbook, options);
    const partitions = runbook.processors.flatMap((processor) => {
      const isAsked = isAskedOf(processor, asked);
      return statusesOf(processor, plan, state).filter(({ date }) => isAsked(date));
    });
    return {
      exitCode: 0,
      json: { runbook: runbook.name, range: rangeOf(runbook, options), partitions, locks },
      text: () => statusText({ runbook, plan, partitions, locks, invocation }),
    };
  },
};

/** Whether a date of a processor was asked for; those of a lead-in are none, as in a report. */
function isAskedOf(
  processor: Processor,
  { range, dates }: Pick<Selection, "range" | "dates">,
): (date: CalendarDate) => boolean {
  const every = everyOf(processor);
  const whole = wholeRange(every, range);
  const named = dates === undefined ? undefined : new Set(dates.map((date) => startOf(every, date)));
  return (date) => isWithin(date, whole) && (named?.has(date) ?? true);
}

/** What is to be told of each date of a processor, ascending. */
export function statusesOf(
  processor: Processor,
  plan: Plan,
  state: WarehouseState,
): readonly PartitionStatus[] {
  const ledger = state.ledger.get(processor.id);
  function rowsOn(date: CalendarDate): Pick<PartitionStatus, "rows" | "failures"> {
    const attempt = ledger?.get(date)?.attempt;
    return { rows: attempt?.rows ?? 0, failures: attempt?.failures ?? 0 };
  }
  const pending = plan.cells
    .filter((cell) => cell.processor === processor.id)
    .flatMap((cell) => [...cell.reasons])
    .map(([date, reason]): PartitionStatus => {
      const status = ledger?.get(date)?.attempt.status;
      const stateOfDate = status === "failed" || status === "blocked" ? status : "pending";
      return {
        processor: processor.id,
        date,
        state: stateOfDate,
        reason: reasonText(reason),
        ...rowsOn(date),
      };
    });
  const skipped = plan.skipped
    .filter((units) => units.processor === processor.id && units.reason.kind !== "not-a-calendar-date")
    .flatMap(({ dates, reason }) =>
      dates.map((date): PartitionStatus => {
        const lost = reason.kind === "frozen" ? lostAttempt(processor, state, date) : undefined;
        const why = skippedText(reason);
        return {
          processor: processor.id,
          date,
          state: lost ?? stateOf(reason),
          reason: lost === undefined ? why : `${why}, so it cannot be built again`,
          ...(reason.kind === "blocked-by" && reason.mayDepend === true ? { mayDepend: true } : {}),
          ...rowsOn(date),
        };
      }),
    );
  return [...pending, ...skipped].toSorted((left, right) => (left.date < right.date ? -1 : 1));
}

/** How an attempt ended that left nothing which could stay as it is. */
function lostAttempt(
  { id, table }: Processor,
  { ledger, content }: WarehouseState,
  date: CalendarDate,
): "failed" | "blocked" | undefined {
  const status = ledger.get(id)?.get(date)?.attempt.status;
  const isStanding = (content.get(table)?.get(date)?.rows ?? 0) > 0;
  return status === "committed" || isStanding ? undefined : status;
}

function stateOf({ kind }: SkipReason): PartitionStatus["state"] {
  if (kind === "blocked-by") return "blocked";
  return kind === "held" || kind === "frozen" ? kind : "settled";
}

function skippedText(reason: SkipReason): string | undefined {
  if (reason.kind === "held") return `by gate ${reason.gate}`;
  if (reason.kind === "frozen") return `${reason.upstream} ${reason.date} has expired`;
  return reason.kind === "blocked-by" ? `${reason.kind} ${reason.upstream} ${reason.date}` : undefined;
}

function statusText({
  runbook,
  plan,
  partitions,
  locks,
  invocation,
}: {
  readonly runbook: Runbook;
  readonly plan: Plan;
  readonly partitions: readonly PartitionStatus[];
  readonly locks: Locks;
  readonly invocation: Invocation;
}): string {
  const head = ["processor", "settled", "held", "frozen", "pending", "blocked", "failed", "rows", "failures"];
  const byProcessor = Map.groupBy(partitions, ({ processor }) => processor);
  const asked = runbook.processors.filter(({ id }) => byProcessor.has(id));
  const rows = asked.map(({ id }) => {
    const own = byProcessor.get(id) ?? [];
    function count(state: PartitionStatus["state"]): string {
      return formatCount(own.filter((partition) => partition.state === state).length);
    }
    function sum(field: "rows" | "failures"): string {
      return formatCount(own.reduce((total, partition) => total + partition[field], 0));
    }
    return [
      id,
      count("settled"),
      count("held"),
      count("frozen"),
      count("pending"),
      count("blocked"),
      count("failed"),
      sum("rows"),
      sum("failures"),
    ];
  });
  const open = partitions.filter(
    ({ state }) => state !== "settled" && state !== "frozen" && state !== "blocked",
  );
  const lines = open.map(({ processor, date, state, reason }) =>
    reason === undefined || reason === state
      ? `${processor} ${date} ${state}`
      : `${processor} ${date} ${state}: ${reason}`,
  );
  const first = formatLines(lines, { limit: 10, where: "all with --json" });
  const causes = blockedCauses(runbook, plan).map(
    (cause) => `${blockedText(cause)}; next: ${asTyped(cause.command, invocation)}`,
  );
  return [formatTable([head, ...rows]), ...lockLines(runbook.name, locks), ...first, ...causes].join("\n");
}
