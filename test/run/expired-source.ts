import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";

/** The month that was built, and what is left of the source when its first twenty days have expired. */
export const built: DateRange = { from: "2024-01-01" as CalendarDate, to: "2024-01-31" as CalendarDate };
/** Sales on the days on which the shops are closed, so that the month has 31. */
export const everyDay =
  "insert into shop_raw.sales (sale_id, sale_date, shop, amount) values ('x1', date '2024-01-13', 'north', 5), ('x2', date '2024-01-14', 'north', 6)";
/** The retention's work. */
export const expiry = "delete from shop_raw.sales where sale_date < date '2024-01-21'";
/** Days that reach back to the 21st of January on the 1st of February, when tests run. */
export const retention = 11;

/** The shop on a calendar of every day of January, with a source that may vanish after some days, or for no known reason. */
export function expiringShop(
  shop: Runbook,
  { required, retention: days }: { readonly required: boolean; readonly retention: number | undefined },
): Runbook {
  const { columns, dateColumn, seasonColumn, table } = shop.calendar;
  const origin = { kind: "rule", every: "day", ...built, season: "whole" } as const;
  return {
    ...shop,
    calendar: { table, dateColumn, seasonColumn, columns, origin },
    sources: shop.sources.map((source) => ({
      ...source,
      required,
      minimumRows: "0",
      ...(days === undefined ? {} : { retention: days }),
    })),
  };
}
