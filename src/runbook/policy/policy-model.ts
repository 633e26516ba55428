import type { DateRange } from "../../domain/calendar-date.ts";
import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { PeriodText } from "../schema/calendar-schema.ts";
import type { BudgetText, RecoveryRuleText } from "../schema/policy-schema.ts";
import { upstreamOf } from "../upstream.ts";
import { readExpectations, type Expectation } from "./expectation.ts";
import type { FactBox } from "./fact-boxes.ts";
import { readCases, type PlanCase } from "./plan-case.ts";
import { branchesOf, factDomain, type Branches } from "./prove-recovery.ts";

/** A budget and what its names stand for. */
export type Limit = {
  readonly entry: Entry<BudgetText>;
  readonly dates: DateRange;
  readonly processors: readonly string[];
};

/** A recovery rule with its places. */
export type TreeRule = RecoveryRuleText & { readonly entry: Entry<RecoveryRuleText> };

/** A declaration as the rules of the linter ask for it: names resolved, prose and sections in one shape. */
export type PolicyModel = {
  readonly declaration: Declaration;
  readonly processors: readonly string[];
  /** By id; the first of a name. */
  readonly periods: ReadonlyMap<string, Entry<PeriodText>>;
  /** Processors that a processor reads, without those that these read in turn. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  readonly limits: readonly Limit[];
  /** Of budgets and of the plan's tables. */
  readonly expectations: readonly Expectation[];
  /** Of the plan's `accept` and `retry`. */
  readonly cases: readonly PlanCase[];
  /** Every case that the recovery tree may be asked about. */
  readonly domain: FactBox;
  readonly tree: Branches<TreeRule>;
};

/** Resolves a declaration for the linter; entries with unknown names are left out. */
export function buildPolicyModel(declaration: Declaration): PolicyModel {
  const processors = declaration.processors.map(({ value }) => value.id);
  const periods = new Map(declaration.periods.toReversed().map((entry) => [entry.value.id, entry]));
  const upstream = upstreamOf(declaration);
  const reads = new Map(
    declaration.processors.map((entry) => [
      entry.value.id,
      upstream(entry).filter((id) => processors.includes(id)),
    ]),
  );
  const { categories, periods: periodNames } = declaration.names;
  const domain = factDomain({ periods: periodNames, categories });
  const rules = declaration.recovery.map((entry) => ({ ...entry.value, entry }));
  return {
    declaration,
    processors,
    periods,
    reads,
    limits: declaration.budgets.flatMap((entry) => limitsOf(entry, { processors, periods })),
    expectations: readExpectations({ declaration, processors, periods }),
    cases: readCases(declaration, periods),
    domain,
    tree: branchesOf(rules, domain),
  };
}

function limitsOf(
  entry: Entry<BudgetText>,
  { processors, periods }: Pick<PolicyModel, "processors" | "periods">,
): readonly Limit[] {
  const period = periods.get(entry.value.period)?.value;
  if (period === undefined) return [];
  return [{ entry, dates: period, processors: entry.value.processors ?? processors }];
}
