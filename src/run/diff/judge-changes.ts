import type { CalendarDate } from "../../domain/calendar-date.ts";
import { isUnchanged, type DateChange } from "../../domain/change.ts";
import { changeObjection } from "../../plan/changes/judge-change.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { StageNames } from "../../sql/dialect.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { Knowledge } from "../classify-dates.ts";
import type { Staged } from "../stage-dates.ts";
import { comparedColumns, readDifference } from "./read-difference.ts";

type Staging = {
  readonly knowledge: Knowledge;
  readonly processor: Processor;
  readonly names: StageNames;
};

/** How dates would change, and what their budget has against some of them. */
export type JudgedChanges = {
  readonly changes: readonly DateChange[];
  readonly objections: ReadonlyMap<CalendarDate, string>;
};

/**
 * How dates would change of a processor that has a budget of changes, and which of them by more than it lets them. One
 * statement for all dates, and none where there is no budget or every date would be what it is.
 */
export async function judgeChanges(
  warehouse: Warehouse,
  { knowledge, processor, names }: Staging,
  { dates, contentOn }: { readonly dates: readonly CalendarDate[] } & Pick<Staged, "contentOn">,
): Promise<JudgedChanges> {
  const { changes: budget } = processor;
  if (budget === undefined) return { changes: [], objections: new Map() };
  const standing = knowledge.state.content.get(processor.table);
  const moving = dates.filter((date) => {
    const found = standing?.get(date);
    return found !== undefined && found.rows > 0 && found.version !== contentOn(date).rows.version;
  });
  const found = await readDifference(warehouse, {
    processor,
    names,
    dates: moving,
    columns: comparedColumns(processor),
    beyond: budget.relative?.beyond ?? 0,
  });
  const objections = found.flatMap((change) => {
    const objection = changeObjection(budget, change);
    return objection === undefined ? [] : [[change.date, objection] as const];
  });
  return { changes: found.filter((change) => !isUnchanged(change)), objections: new Map(objections) };
}
