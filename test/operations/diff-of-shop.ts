import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import type { Diff } from "../../src/domain/change.ts";
import { diffProcessor } from "../../src/operations/diff-processor.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { shopRange, stepText, testEffects, withStep } from "../run/shop.ts";

/** One for all, since a stage is named by its ids. */
const effects = testEffects();

/** What a definition of a processor of the shop would change. */
export function diffShop(
  warehouse: Warehouse,
  {
    runbook,
    processor,
    range = shopRange,
    dates,
  }: {
    readonly runbook: Runbook;
    readonly processor: string;
    readonly range?: DateRange;
    readonly dates?: readonly string[];
  },
): Promise<Diff> {
  const named = dates === undefined ? {} : { dates: dates as readonly CalendarDate[] };
  const selection = { range, ...named };
  return diffProcessor(warehouse, { runbook, at: undefined, processor, selection, effects });
}

/** The shop in which the sales of the north count double. */
export function doublingNorth(runbook: Runbook): Runbook {
  const doubled = "case when shop = 'north' then 2 else 1 end *";
  return withStep(runbook, "DAY", stepText(runbook, "DAY").replace("sum(amount)", `sum(${doubled} amount)`));
}
