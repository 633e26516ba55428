import type { CalendarDate } from "../../domain/calendar-date.ts";
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

/**
 * Dates that would change more than the processor's budget of changes lets them, each with what would change. One
 * statement for all dates, and none where there is no budget or every date would be what it is.
 */
export async function findOverBudget(
  warehouse: Warehouse,
  { knowledge, processor, names }: Staging,
  { dates, contentOn }: { readonly dates: readonly CalendarDate[] } & Pick<Staged, "contentOn">,
): Promise<ReadonlyMap<CalendarDate, string>> {
  const { changes } = processor;
  if (changes === undefined) return new Map();
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
    beyond: changes.relative?.beyond ?? 0,
  });
  return new Map(
    found.flatMap((change) => {
      const objection = changeObjection(changes, change);
      return objection === undefined ? [] : [[change.date, objection] as const];
    }),
  );
}
