import { z } from "zod";
import { everyNames } from "../../domain/every.ts";
import { changesSchema } from "./change-schema.ts";
import { windowSchema } from "./read-schema.ts";
import { checkedTableShape, relationSchema } from "./table-schema.ts";
import { filePath, identifier, positiveCount, sentence, sqlName } from "./value-schemas.ts";

const edgeSchema = z.strictObject({
  from: sentence.describe("A source by table, or a processor by id"),
  window: windowSchema.describe("Which of its dates a row reads"),
  failures: z
    .union([z.boolean(), z.literal("only")])
    .default(false)
    .describe("Whether the SQL also reads why rows are absent; `only`: it reads that, and no row"),
});

const commandKeys = ["files", "writes", "timeout-seconds"] as const;

const stepSchema = z
  .strictObject({
    sql: filePath.optional().describe("One select for all dates of the chunk"),
    command: z
      .array(sentence)
      .min(1)
      .optional()
      .describe("Program and arguments; {start_date}, {end_date} and {dates} are replaced"),
    files: z.array(filePath).optional().describe("Files whose contents belong to the definition"),
    writes: z
      .enum(["staged", "direct"])
      .optional()
      .describe("`direct`: the command writes the warehouse itself"),
    "timeout-seconds": positiveCount.optional().describe("Seconds after which the command is stopped"),
  })
  .refine(
    ({ sql, command }) => (sql === undefined) !== (command === undefined),
    "expected either `sql` or `command`",
  )
  .refine(
    (step) => step.sql === undefined || commandKeys.every((key) => step[key] === undefined),
    `expected ${commandKeys.join(", ")} with \`command\` only`,
  );

const retriesSchema = z.strictObject({
  times: positiveCount.describe("How often in all, for each cell"),
  "backoff-seconds": z
    .int()
    .min(0)
    .max(3600)
    .default(30)
    .describe("Seconds before the first time; they double with each"),
});

/** A table that the runbook computes. */
const processorSchema = z.strictObject({
  id: identifier.describe("Short name in commands, reports and the ledger"),
  title: sentence.describe("Name for people"),
  phase: z.int().describe("Phase in which it runs"),
  ...checkedTableShape,
  every: z
    .enum(everyNames)
    .default("day")
    .describe(
      "A partition for each date of the calendar, or for each week (its Monday) or month (its first) with such a date",
    ),
  population: identifier
    .optional()
    .describe("Which entities must have an outcome on a date; without it nobody says what is expected"),
  "lead-in": z.literal("season-start").optional().describe("A selection extends back to its season's start"),
  reads: z.array(edgeSchema).describe("Upstream tables, one entry per window"),
  parameters: z.array(sqlName).default([]).describe("The runbook's parameters that the SQL uses"),
  step: stepSchema.describe("How the rows come into being"),
  retries: retriesSchema
    .optional()
    .describe(
      "How often the step is done again where its failure may pass: a command that ends with 75 or over its time, one date that is too large for the engine",
    ),
  relations: z.array(relationSchema).default([]).describe("Checks across tables"),
  changes: changesSchema
    .optional()
    .describe(
      "How much a date that stands may change when it is built again; one beyond it is not committed",
    ),
});

/** A processor as the linter takes it: without a step it has no way to run, yet there is much to say of it. */
export const processorDraftSchema = processorSchema.partial({ step: true });

/** A processor as people may write it. */
export const shortProcessorSchema = processorSchema
  .partial({ title: true, phase: true, date: true, step: true, columns: true })
  .extend({
    reads: z
      .union([z.literal("auto"), z.array(z.union([sentence, edgeSchema.partial({ window: true })]))])
      .describe(
        "Upstream tables, one entry per window; a name alone reads the same date, or week, or month; `auto`, alone or among others, so reads what the SQL names",
      ),
    sql: filePath.optional().describe("Short for `step: { sql: <path> }`"),
  });

/** A processor as written. */
export type ProcessorText = z.output<typeof processorDraftSchema>;
/** A processor's `step` as written. */
export type StepText = z.output<typeof stepSchema>;
/** An entry of a processor's `reads` as written. */
export type EdgeText = z.output<typeof edgeSchema>;
