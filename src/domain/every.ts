import { addDays, dayNumber, parseCalendarDate, type CalendarDate } from "./calendar-date.ts";

/** How often there is a partition: on every date of the calendar, or once a week or month that has such a date. */
export const everyNames = ["day", "week", "month"] as const;
/** One of them, the finest first. */
export type Every = (typeof everyNames)[number];

/** The date of the partition that a date belongs to: the date itself, the Monday of its week, the first of its month. */
export function startOf(every: Every, date: CalendarDate): CalendarDate {
  if (every === "day") return date;
  if (every === "week") return addDays(date, -((dayNumber(date) + 3) % 7));
  return parseCalendarDate(`${date.slice(0, 8)}01`) ?? date;
}

/** The last date of the partition that a date belongs to: the date itself, the Sunday of its week, the last of its month. */
export function endOf(every: Every, date: CalendarDate): CalendarDate {
  const start = startOf(every, date);
  if (every === "day") return start;
  return addDays(every === "week" ? addDays(start, 7) : startOf("month", addDays(start, 31)), -1);
}

/** The coarser of two. */
export function coarserOf(one: Every, other: Every): Every {
  return everyNames.indexOf(one) > everyNames.indexOf(other) ? one : other;
}
