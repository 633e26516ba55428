import type { EngineName } from "../domain/engine-name.ts";
import { bigqueryEngine } from "./bigquery.ts";
import { duckdbEngine } from "./duckdb.ts";
import type { Engine, WarehousePlace } from "./engine.ts";

/** Every engine by its name. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  duckdb: duckdbEngine,
  bigquery: bigqueryEngine,
};

/** The engines in the order in which people are told of them. */
export const allEngines: readonly Engine[] = Object.values(engines);

/** The engine whose jobs need no cloud: a state that a run published is opened on it. */
export const localEngine = engines.duckdb;

/** The warehouse that is used when nobody names one. */
export const usualAddress = "duckdb:.cascade/warehouse.duckdb";

/** A warehouse for what is thrown away; it runs `sample` and `load` for engines that do not. */
export const workshopAddress = "duckdb::memory:";

/** Reads the name of an engine; undefined for another text. */
export function parseEngineName(text: string): EngineName | undefined {
  return allEngines.find(({ name }) => name === text)?.name;
}

/** What an address names, and on which engine; undefined when it names nothing. */
export function findWarehouse(
  address: string,
): { readonly engine: Engine; readonly place: WarehousePlace } | undefined {
  for (const engine of allEngines) {
    const place = engine.parseAddress(address);
    if (place !== undefined) return { engine, place };
  }
  return undefined;
}

/** The engine that the input `warehouse` of an action names; undefined when it names none. */
export function engineOfInput(input: string): Engine | undefined {
  return allEngines.find(({ jobs }) => jobs.input.pattern.test(input));
}

/** Whether the jobs with this input hand tables on as artifacts. */
export function handsTablesOn(input: string): boolean {
  return engineOfInput(input)?.jobs.tables === "in-artifacts";
}
