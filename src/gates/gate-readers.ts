import type { Gate, GateKind } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { judgeBudgets } from "./budget/judge-budgets.ts";
import { taintsIn } from "./contamination/find-taints.ts";
import { readContamination } from "./contamination/read-contamination.ts";
import { readContract } from "./contract/read-contract.ts";
import type { Coverage } from "./coverage/coverage-row.ts";
import { coverageWithin } from "./coverage/coverage-within.ts";
import { readCoverage } from "./coverage/read-coverage.ts";
import { reconcile } from "./coverage/reconcile.ts";
import { readFreshness } from "./freshness/read-freshness.ts";
import { readGaps } from "./gaps/read-gaps.ts";
import type { GateAnswer, GateAnswers } from "./gate-answers.ts";
import type { Pen } from "./gate-view.ts";
import { inForce, type GateScope } from "./gate-scope.ts";

/** A warehouse and what is looked at in it. The coverage, from which several kinds start, is read when first wanted. */
export type GateReading = {
  readonly warehouse: Warehouse;
  readonly scope: GateScope;
  readonly coverage: () => Promise<Coverage>;
  /** The gate that asks, whose limits hold; undefined: those of all gates of the kind. */
  readonly gate: Gate | undefined;
};

/** A reading whose coverage is read at most once. */
export function openReading(warehouse: Warehouse, scope: GateScope, gate?: Gate): GateReading {
  let coverage: Promise<Coverage> | undefined;
  return { warehouse, scope, gate, coverage: () => (coverage ??= readCoverage(warehouse, scope)) };
}

/** How each kind of gate is asked. A question that the warehouse cannot answer is part of the answer. */
export const gateReaders: {
  readonly [Kind in GateKind]: (reading: GateReading) => Promise<GateAnswer<Kind>>;
} = {
  coverage: (reading) => reading.coverage(),
  contract: ({ warehouse, scope }) => readContract(warehouse, scope),
  freshness: ({ warehouse, scope, gate }) => readFreshness(warehouse, { scope, gate }),
  async gaps({ warehouse, scope, ...reading }) {
    const coverage = coverageWithin(await reading.coverage(), scope);
    return { coverage, gaps: await readGaps(warehouse, scope, coverage) };
  },
  async budget({ scope, ...reading }) {
    const coverage = await reading.coverage();
    const waivers = inForce(scope, "budget");
    return { coverage, verdicts: judgeBudgets({ ...scope, rows: coverage.rows, waivers }) };
  },
  async contamination({ warehouse, scope, ...reading }) {
    const coverage = coverageWithin(await reading.coverage(), scope);
    const tables = await readContamination(warehouse, scope, coverage);
    return { tables, taints: taintsIn(scope) };
  },
};

/** What a kind reads beside its answer where `--reconcile` is among the options of its command. */
export const gateReconcilers: {
  readonly [Kind in GateKind]?: (reading: GateReading, pen: Pen) => Promise<string>;
} = {
  coverage: async ({ warehouse, scope, ...reading }, { table }) =>
    reconcile(warehouse, { scope, coverage: await reading.coverage(), table }),
};

/**
 * Which scope a kind looks at where decisions rest on it: that of the accounts (whole periods), of the values, or of the
 * sources. Undefined where they do not.
 */
export const decisionScopes = {
  gaps: "sources",
  contamination: "values",
  coverage: "accounts",
  budget: "accounts",
  contract: undefined,
  freshness: "sources",
} as const satisfies Readonly<Record<GateKind, "accounts" | "values" | "sources" | undefined>>;

/** Asks some kinds, one after another. */
export async function askGates<Kind extends GateKind>(
  kinds: readonly Kind[],
  readingOf: (kind: Kind) => GateReading,
): Promise<Pick<GateAnswers, Kind>> {
  const answers: (readonly [Kind, GateAnswer<Kind>])[] = [];
  for (const kind of kinds) answers.push([kind, await gateReaders[kind](readingOf(kind))]);
  return Object.fromEntries(answers) as Pick<GateAnswers, Kind>;
}
