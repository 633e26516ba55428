import { join } from "node:path";
import { keepWarehouse, type KeptWarehouse } from "../cli/kept-warehouse.ts";
import { rawRowsOf, type CascadeShape } from "../run/random-cascade.ts";
import { writeRunbook } from "./random-runbook.ts";

/** A random runbook in the folder `random` of its own, and its database with filled sources. */
export type RandomHome = AsyncDisposable & {
  readonly folder: string;
  readonly shape: CascadeShape;
  readonly kept: KeptWarehouse;
};

/** Writes the runbook of a shape into a folder and fills its sources, in a database of the given name beside it. */
export async function openRandomHome(
  folder: string,
  { shape, database }: { readonly shape: CascadeShape; readonly database: string },
): Promise<RandomHome> {
  await writeRunbook(shape, join(folder, "random"));
  const kept = await keepWarehouse(join(folder, database));
  const raw = [
    "create schema raw",
    "create table raw.openings (day date, shop varchar)",
    "create table raw.sales (day date, shop varchar, amount bigint)",
    ...rawRowsOf(shape),
  ];
  await kept.warehouse.execute(raw.map((sql) => ({ sql, purpose: "fill the sources" })));
  return { folder, shape, kept, [Symbol.asyncDispose]: kept[Symbol.asyncDispose] };
}
