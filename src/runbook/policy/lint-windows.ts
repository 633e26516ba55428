import { meaningfulTokens, tableReferencesOf, type SqlToken } from "../../domain/sql-tokens.ts";
import { placeIn } from "../check/check-sql.ts";
import type { Declaration } from "../declaration.ts";
import type { PolicyFinding } from "../problem.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import type { PolicyModel } from "./policy-model.ts";

/** SQL that compares a table's date by `<=` with another date, though its windows there end the day before. */
export function* lintWindows({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  for (const { value } of declaration.processors) {
    const file = value.step?.sql ?? "";
    const text = declaration.files.get(file) ?? "";
    const excluding = tablesBefore(declaration, value);
    for (const { name, end } of tableReferencesOf(text)) {
      const date = excluding.get(name);
      const offset = date === undefined ? undefined : comparisonIn(meaningfulTokens(text), { end, date });
      if (offset === undefined) continue;
      yield {
        rule: "window-excludes-date",
        place: placeIn({ file, text }, offset),
        message: `"${name}" is compared by <= with a date that its window excludes`,
        hint: "write <, or declare the window same-date as well",
      };
    }
  }
}

/** The tables of which a processor sees nothing on the date itself, with their date columns. */
function tablesBefore(
  { sources, processors, populations }: Declaration,
  { reads, population }: ProcessorText,
): ReadonlyMap<string, string> {
  const members = populations.find(({ name }) => name === population)?.value.reads ?? [];
  const known = [
    ...sources.map(({ value }) => ({ ...value, from: String(value.table) })),
    ...processors.map(({ value }) => ({ ...value, from: value.id })),
  ];
  const before = known.filter(({ table, from }) => {
    const windows = reads.filter((edge) => edge.from === from).map(({ window }) => window);
    return windows.length > 0 && !windows.includes("same-date") && !members.includes(table);
  });
  return new Map(before.map(({ table, date }) => [table, date]));
}

/** Where `alias.date <= other.date` stands, without a sum after it, for the alias that follows the table's name. */
function comparisonIn(
  tokens: readonly SqlToken[],
  { end, date }: { readonly end: number; readonly date: string },
): number | undefined {
  const after = tokens.findIndex(({ offset }) => offset >= end);
  const alias = tokens[after]?.text.toLowerCase() === "as" ? tokens[after + 1] : tokens[after];
  if (alias?.kind !== "word") return undefined;
  const sought = [alias.text, ".", date, "<="];
  const found = tokens.findIndex((_, index) => {
    const isSought = sought.every((part, step) => tokens[index + step]?.text === part);
    const [other, point, column, next] = tokens.slice(index + 4, index + 8);
    const isDate = other?.kind === "word" && point?.text === "." && column?.kind === "word";
    return isSought && isDate && !["+", "-", "("].includes(next?.text ?? "");
  });
  return tokens[found]?.offset;
}
