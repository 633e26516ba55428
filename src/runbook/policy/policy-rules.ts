/** The rules of the policy linter, by what they find. */
export const policyRules = [
  /** Prose names other upstream processors than the graph, or leaves a processor out. */
  "order-differs-from-graph",
  /** A processor without a step. */
  "node-without-command",
  /** A rate that is expected breaks the limit of the same dates. */
  "expectation-above-limit",
  /** Two statements expect different rates, counts or limits of the same processor and dates. */
  "two-expectations-one-date",
  /** One name stands for two stretches of dates. */
  "period-defined-twice",
  /** A date lies in several periods. */
  "overlapping-periods",
  /** Dates between periods that lie in none. */
  "missing-period",
  /** Failures may occur, but no category may. */
  "limit-without-allowed-category",
  /** One case is both accepted and run again. */
  "rules-overlap",
  /** What is accepted breaks the limit of the same dates. */
  "accept-beyond-limit",
  /** A limit may be broken and nothing happens. */
  "limit-without-action",
  /** A case for which no rule says what to do. */
  "rules-not-total",
  /** A recovery rule that earlier ones leave nothing to. */
  "rule-never-reached",
  /** A broken limit is to be documented, but nowhere. */
  "limit-without-consequence",
  /** A gate fails what a rule accepts. */
  "gate-contradicts-acceptance",
  /** A gate looks at tables that have not run by then. */
  "gate-scope-exceeds-run",
  /** A processor reads another with no blocking gate between them. */
  "edge-without-gate",
  /** A processor that no gate looks at. */
  "processor-without-gate",
  /** More rows are expected than members can be. */
  "count-exceeds-capacity",
  /** Rows and failure rates of the same dates cannot both be right. */
  "count-contradicts-rate",
  /** A processor of which nobody says how many rows it should have. */
  "processor-without-expected-count",
  /** A rate of which nobody can say what it is a share of. */
  "rate-without-denominator",
  /** The list of categories has no word for a kind of absence. */
  "categories-not-exhaustive",
  /** A category that no budget allows and no rule names. */
  "category-nobody-may-use",
  /** A category that only the rule for everything else decides. */
  "category-without-action",
  /** Something is run again, and what reads it is not. */
  "rerun-without-downstream",
  /** The recovery tree runs again what running again cannot help. */
  "tree-reruns-non-retryable",
  /** A waiver that can never accept anything. */
  "waiver-names-nothing",
  /** SQL compares a table's date by `<=`, and the window ends the day before. */
  "window-excludes-date",
  /** A statement beside a step reads a table with dates and does not say which of them. */
  "read-without-window",
  /** A step reads days after its own, which need not be there yet when it runs. */
  "reads-later-dates",
  /** A step reads further back than rows of a table are kept. */
  "window-beyond-retention",
  /** A float that depends on the order of rows is stored without decimals and without a rounding. */
  "float-without-decimals",
  /** A source without dates: what read it is rebuilt with what it holds today. */
  "source-without-history",
  /** What the organisation's rules demand of every runbook is not there, or what they forbid is. */
  "organisation-rule",
  /** A key of a service account lies in the runbook. */
  "service-account-key",
] as const;

/** One of `policyRules`. */
export type PolicyRule = (typeof policyRules)[number];

/** Rules that ask about what may be right as it stands. */
const questions: ReadonlySet<PolicyRule> = new Set([
  "window-excludes-date",
  "read-without-window",
  "reads-later-dates",
  "window-beyond-retention",
  "float-without-decimals",
  "source-without-history",
]);

/** The findings for which a run is refused: all but those that only ask. */
export function contradictionsAmong<Finding extends { readonly rule: PolicyRule }>(
  findings: readonly Finding[],
): readonly Finding[] {
  return findings.filter(({ rule }) => !questions.has(rule));
}
