import { meaningfulTokens, tableReferencesOf, type SqlToken } from "../../domain/sql-tokens.ts";
import { placeIn } from "../check/check-sql.ts";
import type { Declaration } from "../declaration.ts";
import type { PolicyFinding } from "../problem.ts";
import type { TableReadText } from "../schema/read-schema.ts";
import type { PolicyModel } from "./policy-model.ts";

/** SQL that compares a table's date by `<=` with another date, though its windows there end the day before. */
export function* lintWindows({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  for (const { file, reads } of statementsOf(declaration)) {
    const text = declaration.files.get(file) ?? "";
    const excluding = tablesBefore(declaration, reads);
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

/** A SQL file, and the tables whose windows bound it; undefined: every row. */
type Statement = {
  readonly file: string;
  readonly reads: readonly { readonly table: string; readonly window: TableReadText["window"] }[];
};

function statementsOf({ processors, populations, causes, calendar }: Declaration): readonly Statement[] {
  const tables = new Map<string, string>(processors.map(({ value }) => [value.id, value.table]));
  const members = new Map(populations.map(({ name, value }) => [name, membersOf(value.reads)]));
  const steps = processors.map(({ value: { step, reads, population } }) => ({
    file: step?.sql ?? "",
    reads: [
      ...reads.map(({ from, window }) => ({ table: tables.get(from) ?? from, window })),
      ...(members.get(population ?? "") ?? []),
    ],
  }));
  const relations = processors.flatMap(({ value }) =>
    value.relations.map(({ sql, reads }) => ({ file: sql, reads: reads.map(asRead) })),
  );
  const own = populations.map(({ name, value }) => ({
    file: value.sql ?? "",
    reads: members.get(name) ?? [],
  }));
  const asked = [...causes.map(({ value }) => value), ...(calendar === undefined ? [] : [calendar.value])];
  const others = asked.map(({ sql = "", reads = [] }) => ({ file: sql, reads: reads.map(asRead) }));
  return [...steps, ...relations, ...own, ...others];
}

function asRead({ from, window }: TableReadText): Statement["reads"][number] {
  return { table: from, window };
}

function membersOf(reads: readonly TableReadText[] = []): Statement["reads"] {
  return reads.map(({ from, window = "same-date" }) => ({ table: from, window }));
}

/** The tables of which a statement sees nothing on the date itself, with their date columns. */
function tablesBefore(
  { sources, processors }: Declaration,
  reads: Statement["reads"],
): ReadonlyMap<string, string> {
  const before = [...sources, ...processors].filter(({ value }) => {
    const windows = reads.filter(({ table }) => table === value.table).map(({ window }) => window);
    return windows.length > 0 && !windows.some((window) => window === undefined || holdsDate(window));
  });
  return new Map(before.map(({ value }) => [value.table, value.date]));
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

function holdsDate(window: TableReadText["window"]): boolean {
  return typeof window === "string" && window !== "season-to-date";
}
