import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { expressions } from "./official-parser.ts";

/** What an expression can evaluate to. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
/** A value with named parts, as every context is. */
export type Dictionary = { readonly [key: string]: Value };
/** What the status functions answer where the expression stands. */
export type Status = {
  readonly success: boolean;
  readonly failure: boolean;
  readonly cancelled: boolean;
};
/** The contexts an expression may read, its status functions, and the hash of files. */
export type Scope = {
  readonly contexts: Dictionary;
  readonly status?: Status;
  readonly hashFiles?: (patterns: readonly string[]) => string;
};

const contextNames = [
  "github",
  "env",
  "vars",
  "secrets",
  "needs",
  "strategy",
  "matrix",
  "steps",
  "job",
  "jobs",
  "runner",
  "inputs",
];

/** Evaluates an expression without its `${{ }}` in GitHub's own engine; throws what the engine throws. */
export function evaluateExpression(source: string, scope: Scope): Value {
  const { Lexer, Parser, Evaluator, data } = expressions;
  const functions = functionsOf(scope);
  const tree = new Parser(new Lexer(source).lex().tokens, contextNames, functions).parse();
  const contexts = Object.fromEntries(contextNames.map((name) => [name, scope.contexts[name] ?? {}]));
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
  const named = new Map(functions.map((each) => [each.name.toLowerCase(), each]));
  const answer = new Evaluator(tree, context, named).evaluate();
  return JSON.parse(JSON.stringify(answer, data.replacer)) as Value;
}

/** Whether an `if` lets its job or step run. */
export function isTrue(condition: string, scope: Scope): boolean {
  const value = evaluateExpression(condition, scope);
  return !(value === null || value === false || value === "" || value === 0 || Number.isNaN(value));
}

/** The text GitHub makes of a value where text is wanted. */
export function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return new expressions.data.NumberData(value).coerceString();
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "Array" : "Object";
}

/** The parts of a value, none when it has no parts. */
export function dictionaryOf(value: Value | undefined): Dictionary {
  const isDictionary = typeof value === "object" && value !== null && !Array.isArray(value);
  return isDictionary ? (value as Dictionary) : {};
}

function functionsOf(scope: Scope): FunctionDefinition[] {
  const { data } = expressions;
  const status = scope.status ?? { success: true, failure: false, cancelled: false };
  const answers = { ...status, always: true };
  const statusFunctions = Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
  const hashFiles: FunctionDefinition = {
    name: "hashFiles",
    minArgs: 1,
    maxArgs: 255,
    call: (...patterns) =>
      new data.StringData(scope.hashFiles?.(patterns.map((each) => each.coerceString())) ?? ""),
  };
  return [...statusFunctions, hashFiles];
}
