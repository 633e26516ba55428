import { matchesGlob } from "node:path";
import { dictionaryOf, textOf, type Dictionary } from "../runner/expression.ts";
import { parser } from "../runner/official-parser.ts";
import { itemsOf, partOf, textIn, type Template } from "../runner/template.ts";
import type { Workflow } from "../runner/workflow.ts";

/** An event of the repository that workflows may wait for. */
export type RepositoryEvent = {
  readonly name: string;
  readonly payload: Dictionary;
  /** Files that a pull request or push changes. */
  readonly files?: readonly string[];
};

const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

/** Whether an event starts a workflow: its name, activity type, files and workflow names. */
export function isTriggered(workflow: Workflow, event: RepositoryEvent): boolean {
  const { on } = workflow;
  if (on === undefined) return false;
  if (!parser.isMapping(on)) return itemsOf(on).some((each) => textIn(each) === event.name);
  const trigger = partOf(on, event.name);
  if (trigger === undefined) return false;
  return hasType(trigger, event) && hasFile(trigger, event) && isOfWorkflow(trigger, event);
}

function hasType(trigger: Template, { name, payload }: RepositoryEvent): boolean {
  const declared = textsIn(trigger, "types");
  const types = declared.length > 0 ? declared : (defaultTypes[name] ?? []);
  return types.length === 0 || types.includes(textOf(payload["action"]));
}

function hasFile(trigger: Template, { files = [] }: RepositoryEvent): boolean {
  const paths = textsIn(trigger, "paths");
  return paths.length === 0 || files.some((file) => paths.some((path) => matchesGlob(file, path)));
}

function isOfWorkflow(trigger: Template, { name, payload }: RepositoryEvent): boolean {
  if (name !== "workflow_run") return true;
  return textsIn(trigger, "workflows").includes(textOf(dictionaryOf(payload["workflow_run"])["name"]));
}

function textsIn(trigger: Template, key: string): string[] {
  return itemsOf(partOf(trigger, key)).map((each) => textIn(each) ?? "");
}
