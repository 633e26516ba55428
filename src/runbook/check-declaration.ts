import { checkCalendar } from "./check/check-calendar.ts";
import { checkComplete } from "./check/check-complete.ts";
import { checkColumns } from "./check/check-columns.ts";
import { checkCommands } from "./check/check-commands.ts";
import { checkDuplicates } from "./check/check-duplicates.ts";
import { checkGraph } from "./check/check-graph.ts";
import { checkIdentity } from "./check/check-identity.ts";
import { checkIngest } from "./check/check-ingest.ts";
import { checkPeriods } from "./check/check-periods.ts";
import { checkPlan } from "./check/check-plan.ts";
import { checkPolicy } from "./check/check-policy.ts";
import { checkReferences } from "./check/check-references.ts";
import { checkSql } from "./check/check-sql.ts";
import type { Declaration } from "./declaration.ts";
import type { Problem } from "./problem.ts";

const checks = [
  checkIdentity,
  checkComplete,
  checkCalendar,
  checkPeriods,
  checkDuplicates,
  checkColumns,
  checkReferences,
  checkGraph,
  checkPolicy,
  checkPlan,
  checkIngest,
  checkSql,
  checkCommands,
];

/** What schemas cannot see: names that stand for nothing, dates and bounds in disorder, SQL unlike its declaration. */
export function checkDeclaration(declaration: Declaration): readonly Problem[] {
  return checks.flatMap((check) => [...check(declaration)]);
}
