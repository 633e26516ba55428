import { z } from "zod";
import { wholeReadSchema } from "./read-schema.ts";
import { gateKinds } from "../runbook.ts";
import { recoveryFacts } from "../recovery-facts.ts";
import { filePath, identifier, rate, sentence, slug } from "./value-schemas.ts";

/** Why an entity has no row. */
export const categorySchema = z.strictObject({
  level: z.enum(["entity", "date"]).describe("`date` categories are written by the engine"),
  meaning: sentence.describe("What happened"),
  retryable: z.boolean().describe("Whether running again can help"),
  action: sentence.describe("What to do about it"),
  "zero-budget": z.boolean().default(false).describe("Whether a single failure exceeds every budget"),
});

/** What a period expects of its processors; rates are explained / expected. */
export const budgetSchema = z.strictObject({
  period: slug.describe("A period by id"),
  processors: z.array(identifier).min(1).optional().describe("Processors it holds for; all when absent"),
  expected: z
    .strictObject({ from: rate.describe("Least rate"), to: rate.describe("Greatest rate") })
    .optional()
    .describe("Range of the rate that is normal"),
  maximum: rate.optional().describe("Rate above which the budget is exceeded"),
  "date-maximum": rate.optional().describe("Rate above which triage looks at a single date"),
  allowed: z.array(identifier).default([]).describe("Failure categories that may occur"),
  exceeded: z
    .strictObject({
      action: z.enum(["document", "investigate", "stop"]).describe("What happens when it is exceeded"),
      text: sentence.optional().describe("What to look at first"),
      record: z
        .literal("waiver")
        .optional()
        .describe("Where a breach is documented: it stays exceeded until a budget waiver gives the reason"),
    })
    .describe("The consequence"),
  "expected-rows": z
    .record(identifier, z.int().min(0))
    .default({})
    .describe("Rows of the period by processor"),
});

/** A check that `run` makes. */
export const gateSchema = z.strictObject({
  id: slug.describe("Name in reports and workflows"),
  kind: z.enum(gateKinds).describe("Which question it asks"),
  after: z.array(identifier).describe("Processors that must be through; none: before everything"),
  processors: z.array(identifier).min(1).describe("Processors whose tables it looks at"),
  blocking: z.boolean().default(true).describe("Whether a finding holds up what comes after"),
  strict: z.boolean().default(false).describe("Whether a partial answer is a finding"),
  "maximum-age": z
    .int()
    .min(0)
    .optional()
    .describe("Of a freshness gate: most days from a table's newest date to the newest that is due"),
  "maximum-ages": z
    .record(z.string(), z.int().min(0))
    .optional()
    .describe(
      "The same of single tables, by a source's table or a processor's id, in place of `maximum-age`",
    ),
});

/** One branch of the recovery tree. */
export const recoveryRuleSchema = z.strictObject({
  id: slug.describe("Name in decisions"),
  when: z
    .strictObject({
      period: z.array(slug).min(1).optional().describe("Periods by id, or none"),
      category: z.array(identifier).min(1).optional().describe("Categories of the date's failures, or none"),
      state: factSchema(recoveryFacts.state),
      failure: factSchema(recoveryFacts.failure),
      upstream: factSchema(recoveryFacts.upstream),
      held: factSchema(recoveryFacts.held),
      contamination: factSchema(recoveryFacts.contamination),
      rate: factSchema(recoveryFacts.rate),
    })
    .default({})
    .describe("Facts that must hold; always when absent"),
  decision: z.enum(["accept", "rerun", "backfill-upstream-first", "investigate"]).describe("What is done"),
  because: sentence.describe("Why"),
});

/** Evidence about a rate that is exceeded. */
export const causeSchema = z.strictObject({
  id: slug.describe("Name in messages"),
  title: sentence.describe("What it counts"),
  processors: z.array(identifier).min(1).optional().describe("Processors it can speak of; all when absent"),
  sql: filePath.describe(
    "Statement that returns (cause, failures) for @processor_name, @start_date, @end_date",
  ),
  reads: z
    .array(wholeReadSchema)
    .describe("Tables that the statement reads besides the calendar and the failures"),
});

function factSchema<Value extends string>(values: readonly Value[]) {
  return z
    .array(z.enum(values))
    .min(1)
    .optional()
    .describe(`One of: ${values.join(", ")}`);
}

/** An entry of `categories` as written. */
export type CategoryText = z.output<typeof categorySchema>;
/** An entry of `budgets` as written. */
export type BudgetText = z.output<typeof budgetSchema>;
/** An entry of `gates` as written. */
export type GateText = z.output<typeof gateSchema>;
/** An entry of `causes` as written. */
export type CauseText = z.output<typeof causeSchema>;
/** An entry of `recovery` as written. */
export type RecoveryRuleText = z.output<typeof recoveryRuleSchema>;
