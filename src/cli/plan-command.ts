import { escapeJson } from "../report/text/terminal-text.ts";
import { dayOf } from "../domain/calendar-date.ts";
import { formatCount } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { readState } from "../ledger/read-state.ts";
import { asTyped, type Invocation } from "../domain/printed-command.ts";
import { blockedCauses, blockedText, type BlockedCause } from "../plan/units/blocked-causes.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { planJson } from "../plan/approval/plan-json.ts";
import type { Cell, Plan } from "../plan/plan.ts";
import { planStateRange, withWaivers } from "../plan/waivers/with-waivers.ts";
import { estimateCost, type PlanCost } from "../run/estimate-cost.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Command } from "./command.ts";
import { invocationOf, runbookOf } from "./command.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { tellDrift } from "./tell-drift.ts";
import { selectionOf } from "./selection.ts";
import { formatTable, paint } from "./terminal.ts";

/**
 * `cascade plan`: what would run, in which order, and why. Exit 0 whatever it shows, but 1 when `--max-cost` is
 * exceeded.
 */
export const planCommand: Command = {
  summary: "what would run, in which order, and why",
  usage:
    "cascade plan [runbook] [--start-date D --end-date D | --dates D,D] [--phase N] [--processor A,B] [--cost [--max-cost dollars]] [--json]",
  async run(context) {
    const { options, terminal, effects } = context;
    const runbook = await runbookOf(context);
    await using warehouse = await openWarehouse(effects, {
      address: options.warehouse,
      mode: "read",
      runbook,
      asksEngine: true,
    });
    const selection = selectionOf(runbook, options);
    const state = await readState(warehouse, runbook, planStateRange(runbook, selection.range));
    tellDrift(terminal, state);
    const plan = planBackfill(
      runbook,
      state,
      withWaivers(selection, { runbook, state, today: dayOf(effects.now(), runbook.timeZone) }),
    );
    const cost = options.flag("cost") === true ? await costOf(warehouse, { runbook, plan }) : undefined;
    const json = { ...planJson(plan), ...(cost === undefined ? {} : { cost }) };
    const text =
      cost === undefined
        ? planText(runbook, plan, invocationOf(context))
        : `${planText(runbook, plan, invocationOf(context))}\n\n${costText(cost)}`;
    terminal.out(options.json ? escapeJson(JSON.stringify(json, undefined, 2)) : text);
    return isTooDear(cost, options.text("max-cost")) ? 1 : 0;
  },
};

async function costOf(
  warehouse: Warehouse,
  { runbook, plan }: { readonly runbook: Runbook; readonly plan: Plan },
): Promise<PlanCost> {
  const cost = await estimateCost(warehouse, runbook, plan);
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

function planText(runbook: Runbook, plan: Plan, invocation: Invocation): string {
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
    ...blockedCauses(runbook, plan).map((cause) => causeText(cause, invocation)),
    `digest ${plan.digest}`,
  ].join("\n\n");
}

function heldText({ held }: Plan["totals"]): string {
  return held === undefined ? "" : `, ${formatCount(held)} held by a gate`;
}

function reasonsText(cell: Cell): string {
  const counts = new Map<string, number>();
  for (const reason of cell.reasons.values()) {
    const text = reason.kind === "downstream-of" ? `downstream-of ${reason.processor}` : reason.kind;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${reason} ${count}`).join(", ");
}

function causeText(cause: BlockedCause, invocation: Invocation): string {
  return `${paint("careful", blockedText(cause))}\n  next: ${asTyped(cause.command, invocation)}`;
}
