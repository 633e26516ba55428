import { posix } from "node:path";
import {
  jobsOf,
  mappingOf,
  textOf,
  type LintDocument,
  type LintJob,
  type LintStep,
  type Mapping,
} from "./lint-document.ts";
import type { RuleFinding } from "./workflow-rules.ts";

/** The actions of the repository by folder. */
export type LocalActions = ReadonlyMap<string, Mapping>;

/** Inputs that an action does not declare or misses, and outputs that it does not declare. */
export function findMisusedActions(document: LintDocument, actions: LocalActions): readonly RuleFinding[] {
  return jobsOf(document).flatMap((job) => [
    ...job.steps.flatMap((step) => findMisusedInputs(document, step, actions)),
    ...findUndeclaredOutputs(document, job, actions),
  ]);
}

function findMisusedInputs(document: LintDocument, step: LintStep, actions: LocalActions): RuleFinding[] {
  const uses = textOf(step.value["uses"]);
  if (!uses.startsWith("./")) return [];
  const line = document.lineOf([...step.keys, "uses"]);
  const action = actions.get(posix.normalize(uses));
  if (action === undefined) return [{ line, message: `There is no action at "${uses}"` }];
  const declared = mappingOf(action["inputs"]);
  const given = Object.keys(mappingOf(step.value["with"]));
  const unknown = given.filter((name) => !(name in declared));
  const missing = Object.entries(declared)
    .filter(([name, input]) => mappingOf(input)["required"] === true && !given.includes(name))
    .filter(([, input]) => mappingOf(input)["default"] === undefined)
    .map(([name]) => name);
  return [
    ...unknown.map((name) => ({ line, message: `"${uses}" has no input "${name}"` })),
    ...missing.map((name) => ({ line, message: `"${uses}" needs the input "${name}"` })),
  ];
}

function findUndeclaredOutputs(document: LintDocument, job: LintJob, actions: LocalActions): RuleFinding[] {
  const read = JSON.stringify(job.value).matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g);
  return [...read].flatMap(([, id = "", output = ""]) => {
    const step = job.steps.find(({ value }) => value["id"] === id);
    const uses = textOf(step?.value["uses"]);
    if (!uses.startsWith("./")) return [];
    const outputs = mappingOf(actions.get(posix.normalize(uses))?.["outputs"]);
    if (output in outputs) return [];
    return [{ line: document.lineOf(["jobs", job.id]), message: `"${uses}" has no output "${output}"` }];
  });
}
