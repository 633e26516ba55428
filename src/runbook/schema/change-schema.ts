import { z } from "zod";
import { dateText, rate, sqlName } from "./value-schemas.ts";

/** What may change of dates that stand when they are built again; what is left out is not limited. */
export const changesSchema = z
  .strictObject({
    columns: z
      .array(sqlName)
      .optional()
      .describe("Columns whose values may change; `[]`: none, so that rows may only come or go"),
    "rows-added": rate.optional().describe("Most rows that may be new, of those that stand on the date"),
    "rows-removed": rate.optional().describe("Most rows that may be gone, of those that stand on the date"),
    relative: z
      .strictObject({
        share: rate.describe("Most values of a column on a date that may be others by more than that"),
        beyond: z
          .number()
          .min(0)
          .describe("Share of what a value was; one that is no number on both sides is always beyond it"),
      })
      .optional()
      .describe("How many values may change by how much"),
    dates: z
      .strictObject({ from: dateText.describe("First date"), to: dateText.describe("Last date, included") })
      .optional()
      .describe("Dates that may change at all"),
  })
  .refine(
    (changes) => Object.values(changes).some((limit) => limit !== undefined),
    "expected at least one of columns, rows-added, rows-removed, relative, dates",
  );
