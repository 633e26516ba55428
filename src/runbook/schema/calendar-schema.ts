import { z } from "zod";
import { everyNames } from "../../domain/every.ts";
import { columnsSchema } from "./column-schema.ts";
import { wholeReadSchema } from "./read-schema.ts";
import { dateText, filePath, sentence, slug, sqlName, tableName } from "./value-schemas.ts";

const exclusionSchema = z
  .strictObject({
    from: dateText.describe("First date that is none of the calendar"),
    to: dateText.optional().describe("Last one; the same unless given"),
    because: sentence.describe("Why nothing is expected then"),
  })
  .refine(({ from, to = from }) => from <= to, "expected `to` on or after `from`");

const holidayTable = z.strictObject({
  table: tableName.describe("A source whose dates are none of the calendar"),
  date: sqlName.describe("Its column that holds them"),
});

/** Days of the week as people write them, Monday first. */
export const weekdayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const ruleSchema = z.strictObject({
  every: z.enum(everyNames).describe("One date a day, a week or a month, the first on `from`"),
  from: dateText.optional().describe("First date; the first that a source has unless given"),
  to: z
    .union([z.literal("yesterday"), dateText])
    .optional()
    .describe("Last possible date, included; the last before today that a source has unless given"),
  season: z.enum(["whole", "year"]).describe("One season, or a season per calendar year"),
  weekdays: z.array(z.enum(weekdayNames)).min(1).optional().describe("Days of the week that dates are on"),
  holidays: z
    .union([holidayTable, z.array(z.union([dateText, holidayTable]))])
    .optional()
    .describe("Dates that are none of the calendar, one by one or those that a source has"),
  exclude: z.array(exclusionSchema).optional().describe("Stretches of dates that are none of the calendar"),
});

const calendarShape = z.strictObject({
  table: tableName.describe("Table that `run` keeps: the dates and their period"),
  date: sqlName.describe("Column that holds the date"),
  season: sqlName.describe("Column that holds the season"),
  columns: columnsSchema.describe("Columns besides `period`"),
  rule: ruleSchema.optional().describe("Dates by rule"),
  sql: filePath.optional().describe("Statement that returns the columns, one row per date"),
  reads: z.array(wholeReadSchema).optional().describe("Tables that the statement reads"),
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
