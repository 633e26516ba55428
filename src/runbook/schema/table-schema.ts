import { z } from "zod";
import { levels } from "../../domain/column.ts";
import { openColumnsSchema } from "./column-schema.ts";
import { wholeReadSchema } from "./read-schema.ts";
import { filePath, positiveCount, sentence, sqlName, tableName } from "./value-schemas.ts";

const criticalSchema = z.strictObject({
  field: z.union([sqlName, z.array(sqlName).min(1)]).describe("Column, or columns that share the rule"),
  valid: sentence.describe("Boolean SQL over the row; {field} stands for the column"),
  exempt: sentence.optional().describe("Boolean SQL over the row: NULL or odd values are legitimate here"),
  level: z.enum(levels).default("block").describe("What follows when values break the rule"),
});

const distributionSchema = z.strictObject({
  name: sentence.describe("What is measured"),
  value: sentence.describe("Aggregate SQL giving a number"),
  per: z.enum(["date", "range"]).describe("Over which rows the aggregate runs"),
  min: z.number().optional().describe("Least value, included"),
  max: z.number().optional().describe("Greatest value, included"),
  where: sentence.optional().describe("Boolean SQL over the row: which rows count"),
  "only-if": sentence.optional().describe("Boolean aggregate SQL: whether the bound applies at all"),
  level: z.enum(levels).default("warn").describe("What follows when the value is out of bounds"),
});

/** A check across tables. */
export const relationSchema = z.strictObject({
  name: sentence.describe("What holds between the tables"),
  sql: filePath.describe("Statement of which every row (analysis_date, entity_id, detail) is a violation"),
  reads: z
    .array(wholeReadSchema)
    .default([])
    .describe(
      "Tables that the statement reads besides the processor's own; with a window it sees nothing else",
    ),
  level: z.enum(levels).default("block").describe("What follows when rows violate it"),
});

/** What sources and processors declare alike. */
export const checkedTableShape = {
  table: tableName.describe("The table as dataset.table"),
  date: sqlName.describe("Column that holds the date of the partition"),
  key: z
    .array(sqlName)
    .min(1, "expected at least one column")
    .describe("Columns that name a row, each combination once"),
  retention: positiveCount
    .optional()
    .describe("Days after which rows may vanish: what was built from them stays as it is"),
  cluster: z.array(sqlName).default([]).describe("Columns that rows of a partition are sorted by"),
  columns: openColumnsSchema.describe(
    "Every column of the table; where there is none, or one without a type, the engine describes what is left out",
  ),
  critical: z.array(criticalSchema).default([]).describe("Fields whose values the contamination gate checks"),
  distributions: z.array(distributionSchema).default([]).describe("Bounds on aggregates"),
};
