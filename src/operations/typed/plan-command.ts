import { completeRunbook } from "../../run/complete-runbook.ts";
import { formatCount } from "../../domain/format.ts";
import { Fault } from "../../errors.ts";
import { asTyped, type Invocation } from "../../domain/printed-command.ts";
import { blockedCauses, blockedText, type BlockedCause } from "../../plan/units/blocked-causes.ts";
import { planJson } from "../../plan/approval/plan-json.ts";
import type { Cell, Plan } from "../../plan/plan.ts";
import { estimateCost, type PlannedReading, type PlanCost } from "../../run/estimate-cost.ts";
import { notAtomicText } from "../../runbook/writes-itself.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { formatTable } from "../../report/terminal/fit-table.ts";
import { planSelection } from "./plan-selection.ts";
import { namedRunbook, type Paint, type TypedCommand } from "./typed-command.ts";

/**
 * `cascade plan`: what would run, in which order, and why. Exit 0 whatever it shows, but 1 when `--max-cost` is
 * exceeded.
 */
export const planCommand: TypedCommand = {
  async answer(typing) {
    const { options, invocation } = typing;
    const declared = await namedRunbook(typing);
    await using warehouse = await typing.openWarehouse(declared, { asksEngine: true });
    const runbook = await completeRunbook(warehouse, declared);
    const { plan, state } = await planSelection(warehouse, { ...typing, runbook });
    const { calendar } = state;
    const cost =
      options.flag("cost") === true ? await costOf(warehouse, { runbook, plan, calendar }) : undefined;
    return {
      exitCode: isTooDear(cost, options.text("max-cost")) ? 1 : 0,
      json: { ...planJson(plan), ...(cost === undefined ? {} : { cost }) },
      text(paint) {
        const text = planText(plan, blockedCauses(runbook, plan), { invocation, paint });
        return cost === undefined ? text : `${text}\n\n${costText(cost)}`;
      },
    };
  },
};

async function costOf(warehouse: Warehouse, planned: PlannedReading): Promise<PlanCost> {
  const cost = await estimateCost(warehouse, planned);
  if (cost !== undefined) return cost;
  throw new Fault("usage", `Cannot estimate costs: ${warehouse.address} bills nothing`, {
    hint: "Leave --cost out, or name a project with --warehouse bigquery:<project>",
  });
}

function isTooDear(cost: PlanCost | undefined, limit: string | undefined): boolean {
  if (limit === undefined) return false;
  if (cost === undefined || !/^\d+(?:\.\d+)?$/.test(limit)) {
    throw new Fault(
      "usage",
      `Cannot limit the cost: expected --cost and a number of dollars, found "${limit}"`,
      {
        hint: "Give for example --cost --max-cost 0.50",
      },
    );
  }
  return cost.dollars > Number(limit);
}

function costText({ processors, bytes, dollars }: PlanCost): string {
  const rows = processors.map((cost) => [cost.processor, String(cost.cells), formatCount(cost.bytes)]);
  const table = formatTable([["processor", "cells", "bytes read"], ...rows]);
  return `${table}\n\n${formatCount(bytes)} bytes read, about $${dollars.toFixed(4)} on demand; empty tables count as nothing`;
}

type Reader = { readonly invocation: Invocation; readonly paint: Paint };

function planText(plan: Plan, causes: readonly BlockedCause[], reader: Reader): string {
  const { totals } = plan;
  const head = `${plan.runbook}, ${plan.range.from} to ${plan.range.to}: ${formatCount(totals.units)} dates to do in ${totals.cells} cells, ${formatCount(totals.upToDate)} up to date, ${formatCount(totals.blocked)} blocked${heldText(totals)}`;
  const waves = new Map(plan.waves.flatMap((ids, index) => ids.map((id) => [id, index + 1] as const)));
  const rows = plan.cells.map((cell) => [
    cell.processor,
    String(waves.get(cell.id) ?? ""),
    String(cell.dates.length),
    cell.dates[0] ?? "",
    cell.dates.at(-1) ?? "",
    reasonsText(cell),
  ]);
  const table =
    rows.length === 0 ? [] : [formatTable([["processor", "wave", "dates", "first", "last", "why"], ...rows])];
  return [
    head,
    ...table,
    ...(plan.notAtomic ?? []).map((id) => `${id}: ${notAtomicText}`),
    ...causes.map((cause) => causeText(cause, reader)),
    `digest ${plan.digest}`,
  ].join("\n\n");
}

function heldText({ held, frozen }: Plan["totals"]): string {
  const kept = frozen === undefined ? "" : `, ${formatCount(frozen)} frozen`;
  return `${held === undefined ? "" : `, ${formatCount(held)} held by a gate`}${kept}`;
}

function reasonsText(cell: Cell): string {
  const counts = new Map<string, number>();
  for (const reason of cell.reasons.values()) {
    const text = reason.kind === "downstream-of" ? `downstream-of ${reason.processor}` : reason.kind;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${reason} ${count}`).join(", ");
}

function causeText(cause: BlockedCause, { invocation, paint }: Reader): string {
  return `${paint("careful", blockedText(cause))}\n  next: ${asTyped(cause.command, invocation)}`;
}
