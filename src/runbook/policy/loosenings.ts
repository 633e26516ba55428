import { looserBudgets } from "./compare-budgets.ts";
import { looserGates } from "./compare-gates.ts";
import { looserRecovery } from "./compare-recovery.ts";
import { looserTables } from "./compare-tables.ts";
import { looserWaivers } from "./compare-waivers.ts";
import type { Loosening } from "./loosening.ts";
import type { Policy } from "./recorded-policy.ts";

/**
 * Changes of policy after which something passes that did not pass before, each with its old and new value. Changes
 * that make it stricter, and processors that are new or gone, are none.
 */
export function loosenings(before: Policy, after: Policy): readonly Loosening[] {
  return [looserBudgets, looserGates, looserWaivers, looserTables, looserRecovery].flatMap((compare) => [
    ...compare(before, after),
  ]);
}
