import { tableReferencesOf } from "../../domain/sql-tokens.ts";
import { columnsOf } from "../build/build-columns.ts";
import { placeIn } from "../check/check-sql.ts";
import type { Declaration } from "../declaration.ts";
import type { PolicyFinding } from "../problem.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import { unroundedAggregate } from "../sql-rules/float-aggregates.ts";
import type { PolicyModel } from "./policy-model.ts";

const isFloat: ReadonlySet<string> = new Set(["float64", "array<float64>"]);

/** Sums and means of floats that are stored with all digits: equal inputs may give other content. */
export function* lintFloats({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  for (const { value } of declaration.processors) {
    const file = value.step?.sql ?? "";
    const text = declaration.files.get(file) ?? "";
    const floats = floatsIn(declaration, value, text);
    for (const { name, type, decimals } of columnsOf(value.columns)) {
      if (!isFloat.has(type) || decimals !== undefined) continue;
      const offset = unroundedAggregate(text, name, floats);
      if (offset === undefined) continue;
      yield {
        rule: "float-without-decimals",
        place: placeIn({ file, text }, offset),
        message: `"${value.id}" stores "${name}" with the last digits that the order of rows gives it`,
        hint: "declare `decimals` on the column, or round it here",
      };
    }
  }
}

/** Columns of what a text reads, and parameters, that are floats. */
function floatsIn(
  { sources, processors, parameters }: Declaration,
  own: ProcessorText,
  text: string,
): ReadonlySet<string> {
  const read = new Set(tableReferencesOf(text).map(({ name }) => name.toLowerCase()));
  const tables = [...sources, ...processors].filter(({ value }) => read.has(value.table.toLowerCase()));
  return new Set([
    ...tables.flatMap(({ value }) =>
      columnsOf(value.columns).flatMap(({ name, type }) => (isFloat.has(type) ? [name] : [])),
    ),
    ...parameters.flatMap(({ name, value }) =>
      value.type === "float64" && own.parameters.includes(name) ? [`@${name}`] : [],
    ),
  ]);
}
