import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { actionParser, parser } from "./official-parser.ts";
import { entriesOf, partOf, textIn, type Template } from "./template.ts";

/** A JavaScript action as its `action.yml` declares it. */
export type ActionDefinition = {
  readonly folder: string;
  readonly inputs: readonly ActionInput[];
  readonly outputs: readonly string[];
  readonly main: string;
  readonly pre: string | undefined;
  readonly post: string | undefined;
  readonly postCondition: string;
};

/** An input of an action with its default, which may hold expressions. */
export type ActionInput = {
  readonly name: string;
  readonly default: Template | undefined;
  readonly deprecation: string | undefined;
};

/** Reads the `action.yml` of a folder; throws where the runner would fail to load the action. */
export function readAction(folder: string): ActionDefinition {
  const path = ["action.yml", "action.yaml"]
    .map((name) => join(folder, name))
    .find((each) => existsSync(each));
  if (path === undefined)
    throw new Error(`Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'.`);
  const file = { name: path, content: readFileSync(path, "utf8") };
  const { value, context } = actionParser.parseAction(file, new parser.NoOperationTraceWriter());
  const errors = context.errors.getErrors();
  if (value === undefined || errors.length > 0) {
    throw new Error(`Failed to load ${path}: ${errors.map((each) => each.message).join("; ")}`);
  }
  const runs = partOf(value, "runs");
  const using = textIn(partOf(runs, "using"));
  const main = textIn(partOf(runs, "main"));
  if (using !== "node24" || main === undefined) {
    throw new Error(`The runner models only node24 actions: "${path}" uses "${using}"`);
  }
  return {
    folder,
    inputs: entriesOf(partOf(value, "inputs")).map(([name, input]) => inputOf(name, input)),
    outputs: entriesOf(partOf(value, "outputs")).map(([name]) => name),
    main,
    pre: textIn(partOf(runs, "pre")),
    post: textIn(partOf(runs, "post")),
    postCondition: textIn(partOf(runs, "post-if")) ?? "always()",
  };
}

function inputOf(name: string, input: Template): ActionInput {
  return {
    name,
    default: partOf(input, "default"),
    deprecation: textIn(partOf(input, "deprecationMessage")),
  };
}
