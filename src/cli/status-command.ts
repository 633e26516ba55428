import { escapeJson } from "../report/text/terminal-text.ts";
import { dayOf, type CalendarDate } from "../domain/calendar-date.ts";
import { formatCount } from "../domain/format.ts";
import { readState } from "../ledger/read-state.ts";
import { asTyped, type Invocation } from "../domain/printed-command.ts";
import { blockedCauses, blockedText } from "../plan/units/blocked-causes.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { reasonText } from "../plan/approval/plan-json.ts";
import type { Plan, SkipReason, WarehouseState } from "../plan/plan.ts";
import { planStateRange, withWaivers } from "../plan/waivers/with-waivers.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { invocationOf, runbookOf, type Command } from "./command.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { selectionOf } from "./selection.ts";
import { tellDrift } from "./tell-drift.ts";
import { formatTable } from "./terminal.ts";

/** What `status` says of one partition. */
type PartitionStatus = {
  readonly processor: string;
  readonly date: string;
  readonly state: "settled" | "held" | "pending" | "blocked" | "failed";
  readonly reason: string | undefined;
  readonly rows: number;
  readonly failures: number;
};

/** `cascade status`: the state of every partition of the selection. Exit 0 whatever it shows. */
export const statusCommand: Command = {
  summary: "the state of every partition",
  usage: "cascade status [runbook] [selection] [--json]",
  async run(context) {
    const { options, terminal, effects } = context;
    const runbook = await runbookOf(context);
    await using warehouse = await openWarehouse(effects, {
      address: options.warehouse,
      mode: "read",
      runbook,
    });
    const selection = selectionOf(runbook, options);
    const state = await readState(warehouse, runbook, planStateRange(runbook, selection.range));
    tellDrift(terminal, state);
    const plan = planBackfill(
      runbook,
      state,
      withWaivers(selection, { runbook, state, today: dayOf(effects.now(), runbook.timeZone) }),
    );
    const partitions = runbook.processors.flatMap((processor) => statusesOf(processor, plan, state));
    const json = { runbook: runbook.name, range: selection.range, partitions };
    terminal.out(
      options.json
        ? escapeJson(JSON.stringify(json, undefined, 2))
        : statusText({ runbook, plan, partitions, invocation: invocationOf(context) }),
    );
    return 0;
  },
};

function statusesOf(processor: Processor, plan: Plan, state: WarehouseState): readonly PartitionStatus[] {
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
        const why = skippedText(reason);
        return {
          processor: processor.id,
          date,
          state: reason.kind === "blocked-by" ? "blocked" : reason.kind === "held" ? "held" : "settled",
          reason: why,
          ...rowsOn(date),
        };
      }),
    );
  return [...pending, ...skipped].toSorted((left, right) => (left.date < right.date ? -1 : 1));
}

function skippedText(reason: SkipReason): string | undefined {
  if (reason.kind === "held") return `by gate ${reason.gate}`;
  return reason.kind === "blocked-by" ? `${reason.kind} ${reason.upstream} ${reason.date}` : undefined;
}

function statusText({
  runbook,
  plan,
  partitions,
  invocation,
}: {
  readonly runbook: Runbook;
  readonly plan: Plan;
  readonly partitions: readonly PartitionStatus[];
  readonly invocation: Invocation;
}): string {
  const head = ["processor", "settled", "held", "pending", "blocked", "failed", "rows", "failures"];
  const rows = runbook.processors.map(({ id }) => {
    const own = partitions.filter((partition) => partition.processor === id);
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
      count("pending"),
      count("blocked"),
      count("failed"),
      sum("rows"),
      sum("failures"),
    ];
  });
  const open = partitions.filter(({ state }) => state !== "settled" && state !== "blocked");
  const first = open
    .slice(0, 10)
    .map(({ processor, date, state, reason }) =>
      reason === undefined || reason === state
        ? `${processor} ${date} ${state}`
        : `${processor} ${date} ${state}: ${reason}`,
    );
  const more =
    open.length > first.length
      ? [`and ${formatCount(open.length - first.length)} more; all with --json`]
      : [];
  const causes = blockedCauses(runbook, plan).map(
    (cause) => `${blockedText(cause)}; next: ${asTyped(cause.command, invocation)}`,
  );
  return [formatTable([head, ...rows]), ...first, ...more, ...causes].join("\n");
}
