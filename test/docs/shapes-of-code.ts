import type { Initialisation } from "../../src/ledger/initialise.ts";
import type { DateChange, Diff } from "../../src/domain/change.ts";
import type { Trust } from "../../src/domain/trust.ts";
import type { Locks } from "../../src/domain/locks.ts";
import type { ContaminationTable, FieldCheck } from "../../src/gates/contamination/contamination-table.ts";
import type { ContractTable } from "../../src/gates/contract/contract-table.ts";
import type { FreshTable } from "../../src/gates/freshness/fresh-table.ts";
import type { Coverage } from "../../src/gates/coverage/coverage-row.ts";
import type { BudgetVerdict } from "../../src/gates/budget/judge-budgets.ts";
import type { GapTable } from "../../src/gates/gaps/gap-table.ts";
import type { PlanJson } from "../../src/plan/approval/plan-json.ts";
import type { SkipReason, UnitReason } from "../../src/plan/plan.ts";
import type { ReportModel } from "../../src/report/model.ts";
import type { PlanCost } from "../../src/run/estimate-cost.ts";
import type { Explanation } from "../../src/operations/explain-partition.ts";
import type { Filling } from "../../src/run/ingest.ts";
import type { CaseResult } from "../../src/run/cases/case-result.ts";
import type { OutcomeKind } from "../../src/run/run-event.ts";
import type { Decision } from "../../src/triage/decision.ts";

/** What the code may put where the page names a type, as `<type of the page>: type of the code`. */
export type CodeShapes = {
  'Plan["totals"]': PlanJson["totals"];
  'NonNullable<Plan["cost"]>': PlanCost;
  Reason: Exclude<UnitReason["kind"], "downstream-of">;
  SkipReason: Exclude<SkipReason["kind"], "blocked-by">;
  Why: Explanation;
  'Gaps["tables"][number]["status"]': GapTable["status"];
  'Contract["tables"][number]["status"]': ContractTable["status"];
  'Freshness["tables"][number]["status"]': FreshTable["status"];
  ContaminationStatus: ContaminationTable["status"];
  'Contamination["tables"][number]["fields"][number]["detector"]': FieldCheck["detector"];
  CoverageStatus: Coverage["rows"][number]["status"];
  'Coverage["strays"]': Coverage["strays"];
  'Coverage["failed"]': Coverage["failed"];
  RateVerdict: BudgetVerdict["verdict"];
  Decision: Decision;
  'Recover["rounds"][number]["ran"][number]["outcome"]': OutcomeKind;
  'Test["cases"][number]': CaseResult;
  Init: Initialisation;
  Ingest: Filling;
  Report: ReportModel;
  Locks: Locks;
  TrustedDate: Trust;
  DateChange: DateChange;
  Diff: Diff;
};

/** A type without `readonly`, as JSON has no such thing. */
export type Plain<Shape> = Shape extends string | number | boolean | null | undefined
  ? Shape
  : Shape extends readonly [infer First, infer Second]
    ? [Plain<First>, Plain<Second>]
    : Shape extends readonly (infer Item)[]
      ? Plain<Item>[]
      : { -readonly [Key in keyof Shape]: Plain<Shape[Key]> };
