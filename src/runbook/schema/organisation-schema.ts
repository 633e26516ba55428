import { z } from "zod";
import { gateKinds } from "../runbook.ts";
import { identifier, positiveCount, rate, sentence, slug } from "./value-schemas.ts";

const ruleShape = {
  id: slug.describe("Name in findings"),
  because: sentence.describe("Why, told with each finding"),
};

/** What every runbook of a repository must have, or may not. */
export const organisationRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("owner").describe("Every runbook names its owner"),
    ...ruleShape,
    "one-of": z.array(sentence).min(1).optional().describe("Who may be one; anybody when absent"),
  }),
  z.strictObject({
    kind: z.literal("watchers").describe("Every runbook names somebody who is called when it turns red"),
    ...ruleShape,
  }),
  z.strictObject({
    kind: z.literal("gate").describe("A gate looks at every processor"),
    ...ruleShape,
    gate: z.enum(gateKinds).describe("Which kind of gate"),
    phases: z.array(z.int()).min(1).optional().describe("Phases whose processors need it; all when absent"),
    blocking: z.boolean().default(false).describe("Whether the gate has to hold up what comes after"),
  }),
  z.strictObject({
    kind: z.literal("maximum-rate").describe("No budget and no waiver allows a higher failure rate"),
    ...ruleShape,
    rate: rate.describe("Highest maximum, from 0 to 1"),
    phases: z
      .array(z.int())
      .min(1)
      .optional()
      .describe("Phases whose processors it holds for; all when absent"),
  }),
  z.strictObject({
    kind: z.literal("waiver-days").describe("No waiver holds for longer"),
    ...ruleShape,
    days: positiveCount.describe("Most days from today to the day on which a waiver expires"),
  }),
  z.strictObject({
    kind: z.literal("never-accepted").describe("Nobody accepts failures of some categories"),
    ...ruleShape,
    categories: z.array(identifier).min(1).describe("Failure categories"),
  }),
]);

/** The file policy.yml of a repository's runbooks. */
export const organisationFileSchema = z.strictObject({
  rules: z.array(organisationRuleSchema).min(1).describe("Rules for every runbook below the file's folder"),
});

/** A rule of policy.yml as written. */
export type OrganisationRule = z.output<typeof organisationRuleSchema>;
