import type { CalendarDate } from "../domain/calendar-date.ts";
import { daysSinceStart, narrowEdges, whole } from "../plan/audit/narrow-edges.ts";
import type { Difference, EdgeFinding } from "../plan/audit/window-finding.ts";
import type { CalendarDay } from "../plan/plan.ts";
import { cutInputs, inputsOfReads, type Input } from "../plan/upstream/input-cut.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { TableRead } from "../runbook/table-read.ts";
import { narrowToCuts } from "../sql/narrow-to-cuts.ts";
import { textDifference, type ToldRow } from "../sql/text-difference.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";

/** A statement beside a step, as it is asked about one date. */
export type DatedText = {
  /** What it is, for the purposes of statements: `the relation "sums agree"`. */
  readonly name: string;
  readonly text: string;
  readonly reads: readonly TableRead[];
  readonly told: ToldRow;
  /** Whether its rows of other dates are left out: it is asked about all dates at once. */
  readonly ofDate?: (date: CalendarDate) => string;
  readonly parametersOn: (date: CalendarDate) => Statement["parameters"];
};

/** Where a statement is audited. */
export type TextScope = {
  readonly warehouse: Warehouse;
  readonly runbook: Runbook;
  readonly calendar: readonly CalendarDay[];
};

/** Whether a statement declares a window: without one it sees every row, and nothing can be hidden from it. */
export function isBounded({ reads }: Pick<DatedText, "reads">): boolean {
  return reads.some(({ window }) => window !== undefined);
}

/**
 * Asks a statement about dates, each alone: with exactly its windows, and with every row. Where the answers differ they
 * rest on what is not declared. Nothing is stored. Faults: those of the statement.
 */
export async function auditText(
  scope: TextScope,
  statement: DatedText,
  dates: readonly CalendarDate[],
): Promise<readonly EdgeFinding[]> {
  const inputs = inputsOfReads(scope.runbook, statement.reads);
  const trials = { ...scope, statement };
  const differing = new Map<CalendarDate, Difference>();
  for (const date of dates) {
    const difference = await differenceWith(trials, { inputs, date });
    if (difference !== undefined) differing.set(date, difference);
  }
  const [first] = differing;
  if (first === undefined) return [];
  const edges = await narrowEdges(inputs, {
    dates: [...differing.keys()],
    daysBefore: daysSinceStart(scope.runbook, scope.calendar),
    tryReaches: ({ input, date }, reaches) =>
      differenceWith(trials, {
        inputs: inputs.map((other) => (other === input ? { ...input, reaches } : whole(other))),
        date,
      }),
  });
  return edges.length > 0 ? edges : [{ edge: undefined, date: first[0], difference: first[1] }];
}

const differenceShape = {
  entity: typed.text,
  value: typed.text,
  narrow: typed.count,
  wide: typed.count,
};

/** How the answer about a date differs from the one with every row. */
async function differenceWith(
  { warehouse, runbook, calendar, statement }: TextScope & { readonly statement: DatedText },
  { inputs, date }: { readonly inputs: readonly Input[]; readonly date: CalendarDate },
): Promise<Difference | undefined> {
  const { dialect } = warehouse;
  const cuts = cutInputs(runbook, { inputs, dates: [date], calendar });
  const { text, told, ofDate } = statement;
  function ofOneDate(rows: string): string {
    return ofDate === undefined ? rows : `select * from (\n${rows}\n) as dated_row where ${ofDate(date)}`;
  }
  const [row] = await queryRows(
    warehouse,
    {
      sql: textDifference(told, {
        narrow: ofOneDate(narrowToCuts(dialect, text, cuts)),
        wide: ofOneDate(text),
      }),
      parameters: statement.parametersOn(date) ?? {},
      purpose: `audit ${statement.name}`,
    },
    differenceShape,
  );
  if (row === undefined) return undefined;
  function times(count: number): string | undefined {
    return count === 0 ? undefined : count === 1 ? row?.value : `${row?.value} (${count} times)`;
  }
  return { entity: row.entity, field: "a row", declared: times(row.narrow), every: times(row.wide) };
}
