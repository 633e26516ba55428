import type { RunbookFiles } from "../declaration.ts";
import type { Cause } from "../cause.ts";
import type { Entry } from "../entry.ts";
import type { Budget, FailureCategory, Gate, RecoveryRule } from "../runbook.ts";
import type {
  BudgetText,
  CategoryText,
  CauseText,
  GateText,
  RecoveryRuleText,
} from "../schema/policy-schema.ts";
import { buildRead } from "./build-read.ts";
import { sqlFile } from "./sql-file.ts";

/** A failure category under its key. */
export function buildCategory({ name, value }: Entry<CategoryText>): FailureCategory {
  const { "zero-budget": zeroBudget, ...category } = value;
  return { id: name, ...category, zeroBudget };
}

/** A budget; the text of its consequence is empty when none is given. */
export function buildBudget({ value, at }: Entry<BudgetText>): Budget {
  const { period, processors, expected, maximum, allowed, exceeded } = value;
  return {
    period,
    processors,
    expected,
    maximum,
    dateMaximum: value["date-maximum"],
    allowed,
    exceeded: { action: exceeded.action, text: exceeded.text ?? "" },
    expectedRows: value["expected-rows"],
    place: at(),
  };
}

/** A gate at its place. */
export function buildGate({ value, at }: Entry<GateText>): Gate {
  const { "maximum-age": maximumAge, "maximum-ages": maximumAges, ...gate } = value;
  return {
    ...gate,
    ...(maximumAge === undefined ? {} : { maximumAge }),
    ...(maximumAges === undefined ? {} : { maximumAges }),
    place: at(),
  };
}

/** A cause with its SQL. */
export function buildCause({ value }: Entry<CauseText>, files: RunbookFiles): Cause {
  return {
    ...value,
    processors: value.processors,
    reads: value.reads.map(buildRead),
    sql: sqlFile(files, value.sql),
  };
}

/** A rule with the facts that it names and no others. */
export function buildRule({ value, at }: Entry<RecoveryRuleText>): RecoveryRule {
  const named = Object.entries(value.when).filter(([, values]) => values !== undefined);
  return { ...value, when: Object.fromEntries(named), place: at() };
}
