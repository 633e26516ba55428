import { hullOf, type CalendarDate } from "../../domain/calendar-date.ts";
import { everyOf, wholeRange } from "../../plan/calendar/own-days.ts";
import type { Processor } from "../../runbook/runbook.ts";
import { namedMembers, type MemberKind } from "../../sql/gate-coverage.ts";
import { typed } from "../../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { calendarFaultOf, type GateScope } from "../gate-scope.ts";
import { askWarehouse } from "../ask-warehouse.ts";
import { memberParameters, memberSources } from "./read-coverage.ts";

/** A member by name; category and reason are empty where no failure stands. */
type NamedMember = {
  readonly date: CalendarDate;
  readonly entity: string;
  readonly category: string;
  readonly reason: string;
};

/** Names behind a count, at most the limit; or why they could not be had. */
export type NamedMembers =
  | { readonly kind: "named"; readonly members: readonly NamedMember[] }
  | { readonly kind: "check-failed"; readonly message: string };

const memberNameShape = {
  analysis_date: typed.date,
  entity_id: typed.text,
  failure_category: typed.text,
  failure_reason: typed.text,
};

/** The entities of one processor and kind over some dates, ordered by date and name; one query. */
export async function missingEntities(
  warehouse: Warehouse,
  scope: GateScope,
  request: {
    readonly processor: Processor;
    readonly dates: readonly CalendarDate[];
    readonly kind: MemberKind;
    readonly limit: number;
  },
): Promise<NamedMembers> {
  const { processor, dates, kind, limit } = request;
  const range = hullOf(dates);
  if (range === undefined) return { kind: "named", members: [] };
  const fault = calendarFaultOf(scope, processor.population?.sql.text ?? "");
  if (fault !== undefined) return { kind: "check-failed", message: fault };
  const question: Statement = {
    sql: namedMembers(warehouse.dialect, memberSources(scope, processor), kind),
    parameters: {
      ...memberParameters(scope, processor, wholeRange(everyOf(processor), range)),
      dates: { type: "array<date>", value: dates },
      max_members: { type: "int64", value: limit },
    },
    purpose: `name the ${kind} members of ${processor.id}`,
  };
  const answer = await askWarehouse(warehouse, question, memberNameShape);
  if (answer.kind === "check-failed") return answer;
  const members = answer.rows.map((row) => ({
    date: row.analysis_date,
    entity: row.entity_id,
    category: row.failure_category,
    reason: row.failure_reason,
  }));
  return { kind: "named", members };
}
