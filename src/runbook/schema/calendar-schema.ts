import { z } from "zod";
import { columnsSchema } from "./column-schema.ts";
import { tableReadSchema } from "./read-schema.ts";
import { dateText, filePath, sentence, slug, sqlName, tableName } from "./value-schemas.ts";

const ruleSchema = z.strictObject({
  every: z.enum(["day", "week", "month"]).describe("One date a day, a week or a month, the first on `from`"),
  from: dateText.describe("First date"),
  to: dateText.describe("Last possible date, included"),
  season: z.enum(["whole", "year"]).describe("One season, or a season per calendar year"),
});

const calendarShape = z.strictObject({
  table: tableName.describe("Table that `run` keeps: the dates and their period"),
  date: sqlName.describe("Column that holds the date"),
  season: sqlName.describe("Column that holds the season"),
  columns: columnsSchema.describe("Columns besides `period`"),
  rule: ruleSchema.optional().describe("Dates by rule"),
  sql: filePath.optional().describe("Statement that returns the columns, one row per date"),
  reads: z.array(tableReadSchema).optional().describe("Tables that the statement reads"),
});

/** The dates that must exist, as people may write them. */
export const shortCalendarSchema = calendarShape
  .partial({ table: true, date: true, season: true, columns: true })
  .extend({ rule: ruleSchema.partial({ every: true, season: true }).optional().describe("Dates by rule") });

/** The dates that must exist: from a rule or from a query. */
export const calendarSchema = calendarShape
  .refine(({ rule, sql }) => (rule === undefined) !== (sql === undefined), "expected either `rule` or `sql`")
  .refine(
    ({ sql, reads }) => (sql === undefined) === (reads === undefined),
    "expected `reads` with `sql`, and only there",
  );

/** A named stretch of dates. */
export const periodSchema = z.strictObject({
  id: slug.describe("Name in budgets, recovery rules and reports"),
  title: sentence.describe("Name for people"),
  from: dateText.describe("First date"),
  to: dateText.describe("Last date, included"),
  aliases: z.array(sentence).default([]).describe("Other names that people give it"),
  "expected-dates": z.int().min(0).optional().describe("Dates of the calendar that lie in it, for `lint`"),
});

/** The `calendar` section as written. */
export type CalendarText = z.output<typeof calendarSchema>;
/** An entry of `periods` as written. */
export type PeriodText = z.output<typeof periodSchema>;
