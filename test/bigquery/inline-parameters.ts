import { tokenizeSql } from "../../src/domain/sql-tokens.ts";
import type { QueryParameter } from "../../src/warehouse/bigquery-values.ts";

/** A statement with its parameters written out as typed literals. */
export function inlineParameters(sql: string, parameters: readonly QueryParameter[]): string {
  const literals = new Map(parameters.map((parameter) => [`@${parameter.name}`, literalOf(parameter)]));
  return tokenizeSql(sql)
    .map(({ text }) => literals.get(text) ?? text)
    .join("");
}

function literalOf({ parameterType, parameterValue }: QueryParameter): string {
  const element = parameterType.arrayType?.type;
  if (element === undefined) return scalarOf(parameterType.type, parameterValue.value ?? null);
  const items = (parameterValue.arrayValues ?? []).map(({ value }) => scalarOf(element, value));
  return `array<${element}>[${items.join(", ")}]`;
}

function scalarOf(type: string, value: string | null): string {
  if (value === null) return `cast(null as ${type})`;
  const text = `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
  if (type === "STRING") return text;
  if (type === "DATE" || type === "TIMESTAMP") return `${type} ${text}`;
  return type === "BOOL" ? value : `cast(${text} as ${type})`;
}
