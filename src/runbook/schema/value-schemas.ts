import { z } from "zod";
import { parseCalendarDate } from "../../domain/calendar-date.ts";
import { parseTableId } from "../../domain/table-id.ts";

/** Text that says something. */
export const sentence = z.string().min(1, "expected text that is not empty");

/** A text of a workflow in which nothing is an expression: that would be put into it before it is read. */
export function noExpression(text: z.ZodString): z.ZodString {
  return text.refine(
    (found) => !found.includes("${{"),
    "expected no `${{`: an expression is put in as text, whatever it holds; name what differs from job to job in a variable",
  );
}

/** A day as `YYYY-MM-DD`. */
export const dateText = z
  .string()
  .meta({ pattern: String.raw`^\d{4}-\d{2}-\d{2}$` })
  .transform((text, context) => {
    const date = parseCalendarDate(text);
    if (date !== undefined) return date;
    context.addIssue({ code: "custom", message: "expected a day of the calendar as YYYY-MM-DD" });
    return z.NEVER;
  });

/** A table as `dataset.table`. */
export const tableName = z
  .string()
  .meta({ pattern: String.raw`^\w+\.\w+$` })
  .transform((text, context) => {
    const table = parseTableId(text);
    if (table !== undefined) return table;
    context.addIssue({
      code: "custom",
      message: "expected dataset.table in letters, digits and underscores",
    });
    return z.NEVER;
  });

/**
 * A column, parameter, dataset or scratch table: as SQL writes names, in lower case, and none that every JavaScript object
 * has.
 */
export const sqlName = z
  .string()
  .regex(
    /^(?!(?:constructor|__proto__)$)[a-z_][a-z0-9_]*$/,
    'expected lower-case letters, digits and underscores, and not "constructor" or "__proto__"',
  );

/**
 * A processor, population or failure category. Counts are kept under these names, so what every JavaScript object calls
 * its own is none.
 */
export const identifier = z
  .string()
  .regex(
    /^(?!(?:constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf)$)[A-Za-z][A-Za-z0-9_]*$/,
    'expected letters, digits and underscores, and not "constructor", "toString" or another word of JavaScript objects',
  );

/** A period, gate, rule or waiver. */
export const slug = z
  .string()
  .regex(
    /^(?!(?:constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf)$)[A-Za-z0-9][A-Za-z0-9_-]*$/,
    'expected letters, digits, - and _, and not "constructor", "toString" or another word of JavaScript objects',
  );

/** A file of the runbook, relative to its folder. */
export const filePath = z
  .string()
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\\n\r\u2028\u2029]+$/,
    "expected a path from the runbook's folder, without `..`",
  );

/** A path from the current folder that leaves it nowhere; what a link in it leads to is looked at when it is used. */
const insideForm = /^(?![/~])(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\n\r\u2028\u2029]+$/;

/** A folder that a runbook may have read: in the current folder. */
export const ownFolder = z
  .string()
  .regex(insideForm, "expected a folder inside of the current one, without `..`");

/** The address of a warehouse that a runbook may name: a file in the current folder, or a project. */
export const ownAddress = z
  .string()
  .regex(/^[a-z]+:/, "expected the kind of a warehouse, a colon and its place")
  .refine((text) => insideForm.test(text.slice(text.indexOf(":") + 1)), {
    message: "expected a file inside of the current folder, without `..`, or a project",
  });

/** A number; an integer that no JavaScript number holds is a bigint. */
export const exactNumber = z.union([z.number(), z.bigint()]);

/** A number as statements take it: a bigint as its digits. */
export function exactValue(value: number | bigint | string): number | string {
  return typeof value === "bigint" ? String(value) : value;
}

/** A share from 0 to 1. */
export const rate = z.number().min(0, "expected a rate from 0 to 1").max(1, "expected a rate from 0 to 1");

/** A count of 1 or more. */
export const positiveCount = z.int().min(1, "expected a whole number of 1 or more");
