import { z } from "zod";
import { parseCalendarDate } from "../../domain/calendar-date.ts";

/** A day as `YYYY-MM-DD`, from a file or an input. */
export const dateText = z.string().transform((text, context) => {
  const date = parseCalendarDate(text);
  if (date !== undefined) return date;
  context.addIssue({ code: "custom", message: `expected a day as YYYY-MM-DD, found "${text}"` });
  return z.NEVER;
});
