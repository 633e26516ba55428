import type { Declaration } from "../declaration.ts";
import type { Problem } from "../problem.ts";
import type { Place } from "../runbook.ts";

/** What every statement of a step or a cause gets besides the declared parameters. */
const parameters = ["start_date", "end_date", "dates", "processor_name"];

/** Parameters reach commands as `CASCADE_<NAME>`; the engine has variables of its own under that prefix. */
const variables = ["input_dir", "output", "failures", "warehouse", "warehouse_file", "step"];

/** Names of a run's artifacts and of the jobs of a workflow. */
const artifacts = ["state", "gate", "plan", "approve", "report", "digest", "cells"];

/** Columns of the stage and of the failures, in which a processor's columns stand beside the engine's. */
const columns = ["failure_category", "failure_reason", "stage_date", "stage_entity", "stage_side"];

/** Tables and views of the ledger, and what cells stage into beside them. */
const ledgerTable = /^(?:cascade_|_cascade_|precompute_failures$|trust$)/i;

/** Datasets of what an engine keeps for a session, or of its own: what is written there is gone, or refused. */
const datasets = ["temp", "system", "information_schema", "pg_catalog"];

/** Names that the engine keeps for itself, upper and lower case alike: where a runbook takes one, both would be meant. */
export function* checkReserved(declaration: Declaration): Iterable<Problem> {
  for (const { name, at } of declaration.parameters) {
    if (has(parameters, name)) yield reserved(`The parameter "${name}"`, at());
    if (has(variables, name)) {
      yield reserved(`The parameter "${name}", to commands CASCADE_${name.toUpperCase()},`, at());
    }
  }
  for (const { value, at } of declaration.processors) {
    if (has(artifacts, value.id)) yield reserved(`The name "${value.id}" of a processor`, at("id"));
  }
  for (const { value, atKey } of [...declaration.sources, ...declaration.processors]) {
    for (const name of Object.keys(value.columns).filter((column) => has(columns, column))) {
      yield reserved(`The column "${name}"`, atKey("columns", name));
    }
  }
  yield* checkTables(declaration);
}

function* checkTables({ sources, processors, calendar, identity }: Declaration): Iterable<Problem> {
  const written = [...processors, ...(calendar === undefined ? [] : [calendar])];
  for (const { value, at } of written) {
    const [dataset = ""] = value.table.split(".");
    if (has(datasets, dataset)) yield reserved(`The dataset "${dataset}"`, at("table"));
  }
  if (has(datasets, identity.value.ledger)) {
    yield reserved(`The dataset "${identity.value.ledger}"`, identity.at("ledger"));
  }
  const entries = [...sources, ...processors, ...(calendar === undefined ? [] : [calendar])];
  for (const { value, at } of entries) {
    const [dataset = "", table = ""] = value.table.split(".");
    if (dataset.toLowerCase() !== identity.value.ledger.toLowerCase() || !ledgerTable.test(table)) continue;
    yield reserved(`The table "${value.table}"`, at("table"));
  }
}

function has(names: readonly string[], name: string): boolean {
  return names.includes(name.toLowerCase());
}

function reserved(what: string, place: Place): Problem {
  return { place, message: `${what} belongs to the engine`, hint: "choose another name" };
}
