import { formatCount, onOneLine } from "../../domain/format.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { GateScope } from "../gate-scope.ts";
import type { Pen } from "../gate-view.ts";
import { addCounts, type Coverage } from "./coverage-row.ts";
import { missingEntities } from "./missing-entities.ts";

const namedMembers = 20;

/** The failures by category, and the members by name that are untracked, phantom or unexpected. */
export async function reconcile(
  warehouse: Warehouse,
  { scope, coverage, table }: Pick<Pen, "table"> & { readonly scope: GateScope; readonly coverage: Coverage },
): Promise<string> {
  const { categories } = addCounts(coverage.rows);
  const rows = Object.entries(categories).map(([category, count]) => [category, formatCount(count)]);
  const lines = [table([["failure category", "rows"], ...rows])];
  for (const processor of scope.processors) {
    const own = coverage.rows.filter((row) => row.processor === processor.id);
    for (const kind of ["untracked", "phantom", "unexpected"] as const) {
      const dates = own.filter((row) => row[kind] > 0).map(({ date }) => date);
      const named = await missingEntities(warehouse, scope, { processor, dates, kind, limit: namedMembers });
      if (named.kind === "check-failed")
        lines.push(`${processor.id} check-failed: ${onOneLine(named.message)}`);
      else
        lines.push(
          ...named.members.map(({ date, entity }) => `${kind} ${processor.id} ${date} ${onOneLine(entity)}`),
        );
    }
  }
  return lines.join("\n");
}
