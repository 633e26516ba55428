import { z } from "zod";
import { dateText, identifier, sentence, sqlName } from "./value-schemas.ts";

const plainValue = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]);
const rowValue = z.union([plainValue, z.array(plainValue)]);

const row = z.record(sqlName, rowValue);

const failure = z.strictObject({
  date: dateText.optional().describe("The date; the only one of the case when absent"),
  entity: sentence.describe("The entity, its parts joined by |"),
  category: identifier.describe("A category of the runbook"),
  reason: sentence.optional().describe("Compared only where it is given"),
});

/** A case of a step: rows of its inputs, and what it makes of them. */
const stepCaseSchema = z.strictObject({
  name: sentence.describe("What the case shows"),
  dates: z.array(dateText).min(1).describe("Dates that the step computes"),
  calendar: z
    .array(dateText)
    .optional()
    .describe("Dates of one season that the calendar has; absent: what its rule or statement gives"),
  parameters: z.record(sqlName, plainValue).default({}).describe("Values in place of the runbook's"),
  given: z
    .record(z.string(), z.array(row))
    .default({})
    .describe("Rows by source table or processor; a column that is left out is NULL"),
  failures: z
    .record(identifier, z.array(failure))
    .default({})
    .describe("Failures by processor, for edges that read them"),
  expect: z
    .strictObject({
      rows: z
        .array(row)
        .default([])
        .describe("All rows, each with its key; other columns are compared where given"),
      failures: z.array(failure).default([]).describe("All failures"),
    })
    .describe("What the step makes of the rows"),
});

/** The file of a step's cases, beside its SQL or command. */
export const casesFileSchema = z.strictObject({
  cases: z.array(stepCaseSchema).min(1).describe("Cases of the step"),
});

/** A case as written, with its defaults. */
export type StepCase = z.output<typeof stepCaseSchema>;

/** A value of a row. */
export type CaseValue = z.output<typeof rowValue>;

/** A failure of a case. */
export type CaseFailure = z.output<typeof failure>;
