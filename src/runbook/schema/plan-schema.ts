import { z } from "zod";
import { recoveryFacts } from "../recovery-facts.ts";
import { dateText, identifier, rate, sentence, slug } from "./value-schemas.ts";

const rangeSchema = z
  .strictObject({
    from: rate.default(0).describe("Least rate, included"),
    to: rate.default(1).describe("Greatest rate, included"),
  })
  .refine(({ from, to }) => from <= to, "expected the lower rate first");

const rateShape = {
  success: rangeSchema.optional().describe("Range of present / expected"),
  failure: rangeSchema.optional().describe("Range of explained / expected"),
};

const oneRate = [hasOneRate, "expected either `success` or `failure`"] as const;

/** One table of a plan: what it expects of periods. */
export const expectationSchema = z.strictObject({
  name: sentence.describe("Title of the table"),
  of: identifier
    .optional()
    .describe("Population that its rates are shares of; the processors' own when absent"),
  rows: z
    .array(
      z
        .strictObject({
          period: slug.describe("A period by id"),
          processors: z
            .array(identifier)
            .min(1)
            .optional()
            .describe("Processors that it is about; all when absent"),
          ...rateShape,
          counts: z
            .record(identifier, z.int().min(0))
            .default({})
            .describe("Rows of the period by processor"),
          because: sentence.optional().describe("Why"),
        })
        .refine(...oneRate),
    )
    .min(1)
    .describe("A row of the table"),
});

/** A case that a plan accepts, or runs again: every condition named must hold. */
export const conditionSchema = z
  .strictObject({
    id: slug.describe("Name in messages"),
    period: z.array(slug).min(1).optional().describe("Periods by id"),
    from: dateText.optional().describe("First date"),
    to: dateText.optional().describe("Last date, included"),
    category: z.array(identifier).min(1).optional().describe("Failure categories"),
    contamination: z
      .array(z.enum(recoveryFacts.contamination))
      .min(1)
      .optional()
      .describe("What the contamination gate says"),
    ...rateShape,
    only: sentence.optional().describe("Which single members it is about"),
    because: sentence.optional().describe("Why"),
  })
  .refine(...oneRate);

/** A step of the order that a plan tells in words. */
export const orderSchema = z.strictObject({
  name: sentence.describe("Title of the step"),
  run: z.array(identifier).min(1).describe("Processors that it runs"),
  after: z.array(identifier).describe("Processors that it says they depend on"),
});

/** A command that a plan gives to run something again. */
export const commandSchema = z.strictObject({
  name: sentence.describe("What it is for"),
  run: z.array(identifier).min(1).describe("Processors that it runs"),
  dates: z.array(dateText).min(1).optional().describe("Dates"),
  from: dateText.optional().describe("First date"),
  to: dateText.optional().describe("Last date, included"),
});

function hasOneRate({
  success,
  failure,
}: {
  readonly success?: unknown;
  readonly failure?: unknown;
}): boolean {
  return success === undefined || failure === undefined;
}

/** An entry of `expectations` as written. */
export type ExpectationText = z.output<typeof expectationSchema>;
/** An entry of `accept` or `retry` as written. */
export type ConditionText = z.output<typeof conditionSchema>;
/** An entry of `order` as written. */
export type OrderText = z.output<typeof orderSchema>;
/** An entry of `commands` as written. */
export type CommandText = z.output<typeof commandSchema>;
