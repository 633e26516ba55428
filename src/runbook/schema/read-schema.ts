import { z } from "zod";
import { positiveCount, tableName } from "./value-schemas.ts";

/** Which upstream dates a row of a date reads. */
export const windowSchema = z.union([
  z.enum(["same-date", "season-to-date", "week", "month"]),
  z
    .strictObject({
      "previous-days": positiveCount.optional().describe("The N days before the date"),
      "newest-rows": positiveCount.optional().describe("The N newest rows of the entity before the date"),
      "last-games": positiveCount.optional().describe("The same, by its former name"),
    })
    .refine((window) => Object.keys(window).length === 1, "expected either `previous-days` or `newest-rows`"),
]);

/** A table that a statement beside a step reads: its name alone, or with the window of its dates. */
export const tableReadSchema = z
  .union([
    tableName,
    z.strictObject({
      from: tableName.describe("The table as dataset.table"),
      window: windowSchema.describe("Which of its dates are read for a date"),
    }),
  ])
  .transform((read) => (typeof read === "string" ? { from: read, window: undefined } : read));

/** The same of a statement that sees every row unless it says otherwise: `whole` says that it is meant to. */
export const wholeReadSchema = z
  .union([
    tableName,
    z.strictObject({
      from: tableName.describe("The table as dataset.table"),
      window: z
        .union([z.literal("whole"), windowSchema])
        .describe("Which of its dates are read for a date; `whole`: every row, as without a window"),
    }),
  ])
  .transform((read) => (typeof read === "string" ? { from: read, window: undefined } : read));

/** A window as written. */
export type WindowText = z.output<typeof windowSchema>;
/** An entry of the `reads` of the calendar, a population, a relation or a cause, as written. */
export type TableReadText = z.output<typeof wholeReadSchema>;
