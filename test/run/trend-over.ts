import { parseTableId } from "../../src/domain/table-id.ts";
import type { Window } from "../../src/domain/window.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { withStep } from "./shop.ts";

const days = parseTableId("shop_analytics.shop_day");

/** The shop's TREND as the mean of some days before the date, and the window that it declares. */
export function trendOver(
  runbook: Runbook,
  days: { readonly declared: number; readonly read: number },
): Runbook {
  const text = `select today.shop, today.sale_date,
  cast(avg(earlier.total) as float64) as mean_total,
  case when count(earlier.total) > 0 then least(count(earlier.total), 3) end as days,
  case when count(earlier.total) = 0 then 'TOO_FEW_DAYS' end as failure_category,
  case when count(earlier.total) = 0 then 'none' end as failure_reason
from (select distinct shop, sale_date from shop_raw.sales where sale_date between @start_date and @end_date) as today
left join shop_analytics.shop_day as earlier on earlier.shop = today.shop
  and earlier.sale_date < today.sale_date and earlier.sale_date >= today.sale_date - ${days.read}
group by 1, 2`;
  return withWindow(withStep(runbook, "TREND", text), { kind: "previous-days", days: days.declared });
}

function withWindow(runbook: Runbook, window: Window): Runbook {
  const processors = runbook.processors.map((processor) =>
    processor.id === "TREND"
      ? {
          ...processor,
          definition: `${processor.definition} ${JSON.stringify(window)}`,
          reads: processor.reads.map((edge) => (edge.table === days ? { ...edge, window } : edge)),
        }
      : processor,
  );
  return { ...runbook, processors };
}
