import { evaluateTemplate, entriesOf, itemsOf, partOf, textIn, type Template } from "./template.ts";
import { textOf, type Value } from "./expression.ts";
import type { RunEvent } from "./run-request.ts";
import type { Workflow } from "./workflow.ts";

/** A dispatch that GitHub answers with 422. */
export class InvalidDispatch extends Error {}

/** At most this many inputs, and characters of them together. */
export const mostInputs = 25;
const mostCharacters = 65_535;

/** Whether a person or the API dispatched the run. */
export function isDispatched(event: RunEvent): boolean {
  return event.name === "workflow_dispatch";
}

/**
 * The raw inputs of a dispatch with defaults filled in, all as text. Throws `InvalidDispatch` for one that is
 * unknown, required and absent, or not among its options.
 */
export function fillInputs(
  workflow: Workflow,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const declared = declaredInputs(workflow);
  if (declared.length > mostInputs) {
    throw new InvalidDispatch(
      `you may only define up to ${mostInputs} \`inputs\` for a \`workflow_dispatch\` event`,
    );
  }
  const known = new Set(declared.map(([name]) => name));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new InvalidDispatch(`Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  if (JSON.stringify(given).length > mostCharacters) throw new InvalidDispatch("inputs are too large.");
  return Object.fromEntries(declared.map(([name, input]) => [name, fillInput(name, input, given[name])]));
}

/** The `inputs` context: booleans and numbers typed, the rest text. */
export function typeInputs(
  workflow: Workflow,
  filled: Readonly<Record<string, string>>,
): Record<string, Value> {
  return Object.fromEntries(
    declaredInputs(workflow).map(([name, input]) => [name, typeInput(input, filled[name] ?? "")] as const),
  );
}

function declaredInputs(workflow: Workflow): readonly (readonly [string, Template])[] {
  return entriesOf(partOf(partOf(workflow.on, "workflow_dispatch"), "inputs"));
}

function fillInput(name: string, input: Template, given: string | undefined): string {
  const type = textIn(partOf(input, "type")) ?? "string";
  const fallback = textOf(evaluateTemplate(partOf(input, "default"), { contexts: {} }));
  const isRequired = textIn(partOf(input, "required")) === "true";
  const value = given === undefined || given === "" ? fallback : given;
  if (isRequired && value === "") throw new InvalidDispatch(`Required input '${name}' not provided`);
  if (type === "boolean" && value === "") return "false";
  if (value === "") return value;
  checkType(name, {
    type,
    value,
    options: itemsOf(partOf(input, "options")).map((each) => textIn(each) ?? ""),
  });
  return value;
}

function checkType(name: string, input: { type: string; value: string; options: readonly string[] }): void {
  const { type, value, options } = input;
  const isAllowed =
    (type !== "choice" || options.includes(value)) &&
    (type !== "boolean" || value === "true" || value === "false") &&
    (type !== "number" || Number.isFinite(Number(value)));
  if (!isAllowed) {
    throw new InvalidDispatch(
      `Provided value '${value}' for input '${name}' not in the list of allowed values`,
    );
  }
}

function typeInput(input: Template, value: string): Value {
  const type = textIn(partOf(input, "type"));
  if (type === "boolean") return value === "true";
  if (type === "number" && value !== "") return Number(value);
  return value;
}
