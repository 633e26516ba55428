import type { TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import { nearestName } from "../runbook/nearest.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { ownShapes } from "./runbook-shapes.ts";
import type { Catalog } from "./catalog.ts";

/** Sources that do not exist, one line each, with the nearest name that does. */
export function missingSources(
  catalog: Catalog,
  runbook: Runbook,
): readonly { readonly table: TableId; readonly text: string }[] {
  return absentOf(
    catalog,
    runbook,
    runbook.sources.map(({ table }) => table),
  );
}

/** Stops with `missing-table` when some of the tables that others own do not exist. */
export function refuseMissing(catalog: Catalog, runbook: Runbook, tables: readonly TableId[]): void {
  const missing = absentOf(catalog, runbook, tables);
  if (missing.length === 0) return;
  throw new Fault(
    "missing-table",
    `Cannot read what others own: ${missing.map(({ text }) => text).join("; ")}`,
    {
      hint: `${fillingHint(runbook)}; tables that others own are never created`,
    },
  );
}

function absentOf(
  catalog: Catalog,
  runbook: Runbook,
  tables: readonly TableId[],
): readonly { readonly table: TableId; readonly text: string }[] {
  const own = new Set(ownShapes(runbook).map(({ table }) => table));
  const others = [...catalog.keys()].filter((table) => !own.has(table));
  return tables
    .filter((table) => !catalog.has(table))
    .map((table) => {
      const nearest = nearestName(table, others);
      const like = nearest === undefined ? "" : `, the nearest name is ${nearest}`;
      return { table, text: `${table} does not exist${like}` };
    });
}

function fillingHint({ sample, load }: Runbook): string {
  const ways = [
    ...(sample === undefined ? [] : ["`cascade sample`"]),
    ...(load === undefined ? [] : ["`cascade load --from <dir>`"]),
  ];
  const correct = "Name the table in the runbook as it is called in the warehouse";
  return ways.length === 0 ? correct : `${correct}, or fill the raw tables with ${ways.join(" or ")}`;
}
