import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { evaluateExpression, textOf, type Dictionary, type Scope, type Value } from "./expression.ts";
import { parser } from "./official-parser.ts";

/** A part of a workflow file that may hold expressions, as GitHub's parser left it. */
export type Template = TemplateToken;

/** The value of a part, its expressions evaluated; null for a part that is absent. */
export function evaluateTemplate(template: Template | undefined, scope: Scope): Value {
  if (template === undefined) return null;
  if (parser.isBasicExpression(template)) return evaluateExpression(template.expression, scope);
  if (parser.isSequence(template)) return [...template].map((item) => evaluateTemplate(item, scope));
  if (parser.isMapping(template)) return evaluateMapping(template, scope);
  return literalOf(template);
}

/** The value of a mapping whose values are wanted as text, as those of `env`, `with` and `outputs` are. */
export function evaluateTexts(template: Template | undefined, scope: Scope): Record<string, string> {
  const value = evaluateTemplate(template, scope);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, textOf(each)]));
}

/** One entry of a mapping, undefined when the template is no mapping or has no such key. */
export function partOf(template: Template | undefined, key: string): Template | undefined {
  if (template === undefined || !parser.isMapping(template)) return undefined;
  return template.find(key);
}

/** The entries of a mapping in their order, none for anything else. */
export function entriesOf(template: Template | undefined): readonly (readonly [string, Template])[] {
  if (template === undefined || !parser.isMapping(template)) return [];
  return [...template].map(({ key, value }) => [key.toString(), value] as const);
}

/** The items of a sequence; a scalar counts as a sequence of one. */
export function itemsOf(template: Template | undefined): readonly Template[] {
  if (template === undefined) return [];
  return parser.isSequence(template) ? [...template] : [template];
}

/** The text of a part that holds no expression, undefined when it is absent. */
export function textIn(template: Template | undefined): string | undefined {
  return template === undefined ? undefined : textOf(literalOf(template));
}

function evaluateMapping(template: Template, scope: Scope): Dictionary {
  return Object.fromEntries(
    entriesOf(template).map(([key, value]) => [key, evaluateTemplate(value, scope)] as const),
  );
}

function literalOf(template: Template): Value {
  if (parser.isString(template) || parser.isNumber(template) || parser.isBoolean(template)) {
    return template.value;
  }
  return null;
}
