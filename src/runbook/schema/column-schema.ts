import { z } from "zod";
import { columnTypes, levels } from "../../domain/column.ts";
import { exactNumber, sentence, sqlName } from "./value-schemas.ts";

const columnType = z.enum(columnTypes);

/** A column: its type alone, or a mapping with what else is known about it. */
const columnSchema = z.union([
  columnType,
  z.strictObject({
    type: columnType.describe("Type that GoogleSQL and DuckDB both spell this way"),
    nullable: sentence.optional().describe("Why NULL is legitimate; without it the column is required"),
    constant: sentence.optional().describe("Why one value in every row is legitimate"),
    level: z.enum(levels).optional().describe("What follows when the column is constant; warn unless given"),
    unit: sentence.optional().describe("Unit of the values"),
    min: exactNumber.optional().describe("Least value, included"),
    max: exactNumber.optional().describe("Greatest value, included"),
    values: z.array(z.string()).min(1).optional().describe("The closed list of values of a text column"),
    decimals: z
      .int()
      .min(0)
      .optional()
      .describe("Decimals that a computed float is rounded to, half away from zero, before checks and hash"),
    description: sentence.optional().describe("What the column holds"),
  }),
]);

/** Columns by name, in the order of the table. */
export const columnsSchema = z.record(sqlName, columnSchema);

/** Columns as written: each a type or a mapping. */
export type ColumnsText = z.output<typeof columnsSchema>;
