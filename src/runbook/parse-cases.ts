import type { TableId } from "../domain/table-id.ts";
import type { Column } from "../domain/column.ts";
import { parseEntry } from "./entry.ts";
import { nearestName } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import type { Place, Processor, Runbook } from "./runbook.ts";
import { casesFileSchema, type StepCase } from "./schema/case-schema.ts";
import { parseYaml, type NodePath } from "./yaml-document.ts";

/** The cases of one step, and the file in which they stand. */
export type StepCases = {
  readonly processor: Processor;
  readonly file: string;
  readonly cases: readonly StepCase[];
};

/** How files of cases end. */
export const casesEnding = ".test.yml";

/** Where the cases of a step stand, from the runbook's folder: beside its SQL, or the first file of its command. */
export function casesPath({ id, step }: Processor): string {
  const [file = `${id.toLowerCase()}.sql`] =
    step.kind === "sql" ? [step.sql.file] : (step.files ?? []).map(({ path }) => path);
  return file.replace(/\.[^./]+$/, "").concat(casesEnding);
}

/** The cases of a runbook's steps, in its order, and what is wrong with them. */
export function parseCases(
  runbook: Runbook,
  files: ReadonlyMap<string, string>,
): { readonly steps: readonly StepCases[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const steps = runbook.processors.flatMap((processor): readonly StepCases[] => {
    const file = casesPath(processor);
    const text = files.get(file);
    if (text === undefined) return [];
    const document = parseYaml(file, text);
    const parsed = parseEntry({ name: file, raw: document.value, document, path: [] }, casesFileSchema);
    problems.push(...document.problems, ...parsed.problems);
    const { entry } = parsed;
    if (entry === undefined) return [];
    const { cases } = entry.value;
    for (const [index, one] of cases.entries()) {
      const placed = {
        one,
        at: (...path: NodePath) => entry.at("cases", index, ...path),
        atKey: (...path: NodePath) => entry.atKey("cases", index, ...path),
      };
      problems.push(...checkCase(runbook, processor, placed));
    }
    return [{ processor, file, cases }];
  });
  return { steps, problems };
}

type CheckedCase = {
  readonly one: StepCase;
  readonly at: (...path: NodePath) => Place;
  readonly atKey: (...path: NodePath) => Place;
};

function* checkCase(
  runbook: Runbook,
  processor: Processor,
  { one, at, atKey }: CheckedCase,
): Iterable<Problem> {
  const tables = tablesByName(runbook);
  for (const [name, rows] of Object.entries(one.given)) {
    const table = tables.get(name);
    if (table === undefined) {
      yield unknown(atKey("given", name), { what: "source or processor", name, names: [...tables.keys()] });
      continue;
    }
    for (const [index, row] of rows.entries())
      yield* checkColumns(table.columns, row, (column) => atKey("given", name, index, column));
  }
  const ids = runbook.processors.map(({ id }) => id);
  for (const name of Object.keys(one.failures))
    if (!ids.includes(name)) yield unknown(atKey("failures", name), { what: "processor", name, names: ids });
  const parameters = runbook.parameters.map(({ name }) => name);
  for (const name of Object.keys(one.parameters))
    if (!parameters.includes(name))
      yield unknown(atKey("parameters", name), { what: "parameter", name, names: parameters });
  for (const [index, row] of one.expect.rows.entries()) {
    yield* checkColumns(processor.columns, row, (column) => atKey("expect", "rows", index, column));
    const lacking = processor.key.find((column) => !(column in row));
    if (lacking === undefined) continue;
    yield {
      place: at("expect", "rows", index),
      message: `The row has no "${lacking}", a column of its key`,
      hint: `give ${processor.key.join(", ")}`,
    };
  }
}

function* checkColumns(
  columns: readonly Column[],
  row: StepCase["given"][string][number],
  atKey: (column: string) => Place,
): Iterable<Problem> {
  const names = columns.map(({ name }) => name);
  for (const name of Object.keys(row))
    if (!names.includes(name)) yield unknown(atKey(name), { what: "column", name, names });
}

function unknown(
  place: Place,
  { what, name, names }: { readonly what: string; readonly name: string; readonly names: readonly string[] },
): Problem {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `name one of ${names.join(", ")}` : `did you mean "${nearest}"?`;
  return { place, message: `There is no ${what} "${name}"`, hint };
}

/** A table that a case may fill. */
export type CaseTable = { readonly table: TableId; readonly columns: readonly Column[] };

/** Tables that a case may fill, by the name it gives them: sources by table, processors by id. */
export function tablesByName(runbook: Runbook): ReadonlyMap<string, CaseTable> {
  return new Map<string, CaseTable>([
    ...runbook.sources.map((source) => [source.table, source] as const),
    ...runbook.processors.map((processor) => [processor.id, processor] as const),
  ]);
}
