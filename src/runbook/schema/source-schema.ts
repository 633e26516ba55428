import { z } from "zod";
import { levels } from "../../domain/column.ts";
import { checkedTableShape } from "./table-schema.ts";
import { sentence, sqlName } from "./value-schemas.ts";

const dateExpression = z
  .string()
  .regex(/\(.*\)/s, "expected a column, or an expression such as cast(created_at as date)");

/** A table that others write. */
export const sourceSchema = z.strictObject({
  ...checkedTableShape,
  date: z
    .union([sqlName, dateExpression])
    .describe(
      "Column that holds the date of the partition, or an expression over columns that gives it; `none`: the table has no dates and is read whole",
    ),
  key: z
    .union([z.literal("none").transform((): readonly string[] => []), checkedTableShape.key])
    .describe(
      "Columns that name a row, each combination once; `none`: nothing tells its rows apart, and none is looked for twice",
    ),
  phase: z.int().describe("Phase in which the table is filled"),
  "minimum-rows": z
    .union([sentence, z.int().min(0)])
    .optional()
    .describe("Fewest rows of a date: a number, or SQL over the calendar's row as `calendar`"),
  required: z.boolean().default(true).describe("Whether a date without any row is a gap"),
  volume: z
    .enum(levels)
    .default("warn")
    .describe("What follows when a date has far fewer rows than usual or before"),
});

/** A source as people may write it. */
export const shortSourceSchema = sourceSchema.partial({ phase: true, columns: true, key: true });

/** A source as written. */
export type SourceText = z.output<typeof sourceSchema>;
