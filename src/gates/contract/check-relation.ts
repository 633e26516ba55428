import { everyOfRelation, relationText } from "../../audit/dated-texts.ts";
import type { Relation } from "../../runbook/runbook.ts";
import { relationFindings } from "../../sql/gate-contract.ts";
import { typed } from "../../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import type { Violation } from "./contract-table.ts";
import { seenText } from "../seen-text.ts";
import { windowFault } from "../window-fault.ts";
import { calendarFaultOf, gateParameters, type GateScope } from "../gate-scope.ts";

/** What a relation found, a violation per date; or why it could not be asked. */
export type RelationAnswer =
  | { readonly kind: "checked"; readonly violations: readonly Violation[] }
  | { readonly kind: "check-failed"; readonly message: string };

/** Dates are those of the runbook's SQL, which may be none. */
const violationShape = {
  analysis_date: typed.anyDate,
  occurrences: typed.count,
  example: typed.nullable(typed.text),
};

/** Asks one relation over the scope's range; one query, and where it declares windows that nobody has audited a few more. */
export async function checkRelation(
  warehouse: Warehouse,
  scope: GateScope,
  relation: Relation,
): Promise<RelationAnswer> {
  const fault = calendarFaultOf(scope, relation.sql.text);
  if (fault !== undefined) return { kind: "check-failed", message: fault };
  const { runbook, state, range, days, catalog } = scope;
  const narrow = await windowFault(
    { warehouse, runbook, calendar: state.calendar },
    { statement: relationText(warehouse.dialect, runbook, relation), days, catalog },
  );
  if (narrow !== undefined) return { kind: "check-failed", message: narrow };
  const text = seenText(
    warehouse.dialect,
    { runbook, calendar: state.calendar, range, every: everyOfRelation(runbook, relation) },
    { text: relation.sql.text, reads: relation.reads },
  );
  const question: Statement = {
    sql: relationFindings(text),
    parameters: gateParameters(runbook, range),
    purpose: `check that ${relation.name}`,
  };
  const answer = await askWarehouse(warehouse, question, violationShape);
  if (answer.kind === "check-failed") return answer;
  const violations = answer.rows.map((row) => ({
    of: "rows" as const,
    check: relation.name,
    date: row.analysis_date,
    occurrences: row.occurrences,
    example: row.example ?? "",
    level: relation.level,
  }));
  return { kind: "checked", violations };
}
