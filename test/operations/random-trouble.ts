import * as fc from "fast-check";
import { unreachable } from "../../src/errors.ts";
import { datesOf, type CascadeShape } from "../run/random-cascade.ts";
import { kinds, strike, type Incident } from "../run/random-incident.ts";
import { changeTables } from "../run/shop.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { mostTotal } from "./random-runbook.ts";

/** What cannot be mended by running again, or is no matter of rows alone. */
type Defect = Omit<Incident, "kind"> & {
  readonly kind:
    | "raw-day-loss"
    | "raw-negative"
    | "raw-too-large"
    | "day-leaves"
    | "shop-arrives"
    | "row-of-nobody";
};

/** What happens to a settled cascade, and how often somebody runs it before anybody looks. */
export type Trouble = { readonly incidents: readonly (Incident | Defect)[]; readonly runs: number };

const defects: readonly Defect["kind"][] = [
  "raw-day-loss",
  "raw-negative",
  "raw-too-large",
  "day-leaves",
  "shop-arrives",
  "row-of-nobody",
];

const place = { of: fc.nat(3), at: fc.nat(11), shop: fc.nat(2) };
const incident = fc.oneof(
  fc.record({ kind: fc.constantFrom(...kinds), ...place }),
  fc.record({ kind: fc.constantFrom(...defects), ...place }),
);

/** One to twenty incidents at once, and up to two runs after them. */
export const troubles: fc.Arbitrary<Trouble> = fc.record({
  incidents: fc.array(incident, { minLength: 1, maxLength: 20, size: "max" }),
  runs: fc.nat(2),
});

/** Lets the incidents happen behind the engine's back. */
export async function trouble(
  warehouse: Warehouse,
  shape: CascadeShape,
  incidents: Trouble["incidents"],
): Promise<void> {
  for (const happened of incidents) {
    if (isDefect(happened)) await changeTables(warehouse, defectOf(shape, happened));
    else await strike(warehouse, shape, [happened]);
  }
}

function isDefect(happened: Incident | Defect): happened is Defect {
  return defects.some((kind) => kind === happened.kind);
}

function defectOf(shape: CascadeShape, { kind, of, at, shop }: Defect): string {
  const dates = datesOf(shape);
  const date = `date '${dates[at % dates.length]}'`;
  const name = ["a", "b", "c"][shop];
  switch (kind) {
    case "raw-day-loss":
      return `delete from raw.sales where day = ${date}`;
    case "raw-negative":
      return `update raw.sales set amount = -1 where day = ${date} and shop = '${name}'`;
    case "raw-too-large":
      return `update raw.sales set amount = ${mostTotal} + 1 where day = ${date} and shop = '${name}'`;
    case "day-leaves":
      return `delete from raw.openings where day = ${date}`;
    case "shop-arrives":
      return `insert into raw.openings select ${date}, 'd' where not exists (select 1 from raw.openings where day = ${date} and shop = 'd')`;
    case "row-of-nobody":
      return `insert into book.p${of % shape.processors.length} (day, shop, total) values (${date}, 'nobody', 1)`;
    default:
      return unreachable(kind);
  }
}
