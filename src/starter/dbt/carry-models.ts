import { countOf } from "../../domain/format.ts";
import type { GivenStatement } from "../given-statement.ts";
import { carryTest, tableOfModel } from "./carry-test.ts";
import { incrementalDates } from "./incremental-dates.ts";
import type { DbtManifest, ManifestNode } from "./manifest.ts";

/** What of a manifest becomes processors, and what does not, each with the reason. */
export type CarriedOver = {
  readonly statements: readonly GivenStatement[];
  readonly notCarried: readonly string[];
};

/** Models as statements, with their tests as rules. What dbt writes into their statements itself needs nothing more. */
export function carryModels(manifest: DbtManifest): CarriedOver {
  const nodes = Object.entries(manifest.nodes).filter(([, node]) => node.config.enabled !== false);
  const models = nodes.filter(([, { resource_type: type }]) => type === "model");
  const tests = nodes.filter(([, { resource_type: type }]) => type === "test").map(([, node]) => node);
  const read = tests.map((test) => ({ test, carried: carryTest(test, new Map(models)) }));
  const statements: GivenStatement[] = [];
  const notCarried: string[] = [];
  for (const [id, model] of models) {
    if (model.config.materialized === "ephemeral") continue;
    const text = model.compiled_code ?? "";
    const why = refusalOf(model);
    if (why !== undefined) {
      notCarried.push(`model ${model.name}: ${why}`);
      continue;
    }
    const own = read.flatMap(({ carried }) =>
      carried.kind === "carried" && carried.of === id ? [carried] : [],
    );
    statements.push({
      name: tableOfModel(model),
      title: titleOf(model),
      text: incrementalDates(text, (name) => isRelation(model, name)),
      namesDates: false,
      answersTo: relationOf(model),
      key: own.find(({ key }) => key !== undefined)?.key ?? listOf(model.config.unique_key),
      tests: own.flatMap(({ rule }) => (rule === undefined ? [] : [rule])),
    });
  }
  for (const { test, carried } of read) {
    if (carried.kind === "refused") notCarried.push(`test ${test.name}: ${carried.why}`);
  }
  return { statements, notCarried: [...notCarried, ...others(manifest)] };
}

function refusalOf({ language, compiled_code: code }: ManifestNode): string | undefined {
  if (language === "python") return "it is written in Python; make it a command step";
  return (code ?? "") === "" ? "it has no compiled SQL; run `dbt compile` first" : undefined;
}

/** Names by which compiled statements read a model, without quotes. */
function relationOf({ relation_name: relation }: ManifestNode): readonly string[] {
  return relation === undefined || relation === null ? [] : [relation.replaceAll(/["`]/g, "")];
}

function isRelation(model: ManifestNode, name: string): boolean {
  return relationOf(model).some((relation) => relation.toLowerCase() === name.toLowerCase());
}

const longestTitle = 100;

function titleOf({ description }: ManifestNode): string | undefined {
  const [line = ""] = description.trim().split("\n");
  return line === "" || line.length > longestTitle ? undefined : line;
}

function listOf(value: string | readonly string[] | null | undefined): readonly string[] | undefined {
  if (value === undefined || value === null || value.length === 0) return undefined;
  return (typeof value === "string" ? [value] : value).map((name) => name.toLowerCase());
}

/** What a manifest has besides, by its kind. */
function others({ nodes, exposures, metrics, unit_tests: units }: DbtManifest): readonly string[] {
  const snapshots = Object.values(nodes).filter(({ resource_type: type }) => type === "snapshot");
  const counts = [
    [snapshots.length, "snapshot"],
    [Object.keys(exposures).length, "exposure"],
    [Object.keys(metrics).length, "metric"],
    [Object.keys(units).length, "unit test"],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${countOf(count, noun)}: a runbook has nothing like it`);
}
