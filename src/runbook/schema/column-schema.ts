import { z } from "zod";
import { levels, namedTypes, type ColumnType } from "../../domain/column.ts";
import { parseDecimalType } from "../../domain/decimal.ts";
import { exactNumber, sentence, sqlName } from "./value-schemas.ts";

const decimalType = z
  .string()
  .regex(/^numeric/)
  .transform((text, context): ColumnType => {
    const type = parseDecimalType(text);
    if (type !== undefined) return type;
    context.addIssue({ code: "custom", message: "expected numeric(p, s) with at most 38 digits" });
    return z.NEVER;
  });

const opaqueType = z
  .string()
  .regex(/^opaque\(.+\)$/)
  .transform((text) => text as ColumnType);

const columnType = z.union([z.enum(namedTypes), decimalType, opaqueType]);

const typedColumn = z.strictObject({
  type: columnType.describe("Type of the values; the engine describes one that is left out"),
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
});

/** Columns by name, in the order of the table: each its type alone, or a mapping with what else is known about it. */
export const columnsSchema = z.record(sqlName, z.union([columnType, typedColumn]));

/** The same where a type may be left to the engine's description. */
export const openColumnsSchema = z.record(
  sqlName,
  z.union([columnType, typedColumn.partial({ type: true })]),
);

/** Columns as written: each a type or a mapping. */
export type ColumnsText = z.output<typeof openColumnsSchema>;
