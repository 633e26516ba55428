import { parameterNamesOf } from "../domain/sql-tokens.ts";
import type { TableId } from "../domain/table-id.ts";
import type { Window } from "../domain/window.ts";
import { unreachable } from "../errors.ts";
import type { Guess } from "./found-table.ts";
import type { StarterProcessor } from "./field-counts.ts";
import { guessed, inline, noted, type YamlMapping } from "./written-value.ts";

/** An input of a step: a source by its table or a processor by its id, and the windows that it is read in. */
export type StepInput = { readonly from: string; readonly windows: Guess<readonly Window[]> };

/** What somebody has tested of the columns of a step. */
export type StepRules = {
  readonly columns: YamlMapping;
  readonly relations: readonly {
    readonly name: string;
    readonly file: string;
    readonly text: string;
    readonly reads: TableId;
  }[];
};

/** A step that was made of somebody's statement. */
export type StarterStep = {
  readonly id: string;
  readonly table: TableId;
  readonly title: string | undefined;
  readonly file: string;
  /** The statement as it is written. */
  readonly text: string;
  readonly date: Guess<string>;
  readonly key: Guess<readonly string[]>;
  readonly inputs: readonly StepInput[];
  readonly rules: StepRules;
};

/** Whether a statement names its dates itself. */
export function namesDates(text: string): boolean {
  return parameterNamesOf(text).includes("start_date");
}

/** A statement that gives the rows of the asked dates only, by the column of the date. */
export function ofDates(text: string, date: string): string {
  return `select whole.*
from (
${text}
) as whole
where whole.${date} between @start_date and @end_date`;
}

/** The processor of a step. */
export function stepProcessor(step: StarterStep): StarterProcessor {
  const { id, table, title, file, text, date, key, inputs, rules } = step;
  const hasColumns = Object.keys(rules.columns).length > 0;
  return {
    processor: {
      id,
      ...(title === undefined ? {} : { title }),
      table,
      date: guessed(date.value, date.why),
      key: guessed(key.value, key.why),
      reads: inputs.flatMap(readText),
      sql: file,
      ...(hasColumns ? { columns: rules.columns } : {}),
      ...(rules.relations.length === 0
        ? {}
        : {
            relations: rules.relations.map(({ name, file: sql, reads }) =>
              inline({ name, sql, reads: [{ from: reads, window: "whole" }] }),
            ),
          }),
    },
    files: [
      [file, `${text.trimEnd()}\n`],
      ...rules.relations.map(({ file: path, text: sql }) => [path, `${sql.trimEnd()}\n`] as const),
    ],
  };
}

function readText({ from, windows }: StepInput): readonly unknown[] {
  return windows.value.map((window, index) => {
    const edge = inline({ from, window: windowText(window) });
    return index === 0 ? noted(edge, windows.why) : edge;
  });
}

function windowText(window: Window): unknown {
  switch (window.kind) {
    case "same-date":
    case "season-to-date":
    case "week":
    case "month":
    case "whole":
      return window.kind;
    case "previous-days":
      return { "previous-days": window.days };
    case "last-games":
      return { "last-games": window.rows };
    default:
      return unreachable(window);
  }
}
