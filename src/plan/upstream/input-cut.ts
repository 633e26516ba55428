import { undated } from "../../domain/column.ts";
import {
  addDays,
  everyDate,
  unionOf,
  type CalendarDate,
  type DateRange,
} from "../../domain/calendar-date.ts";
import type { CutPart, TableCut } from "../../domain/table-cut.ts";
import { parseTableId, type TableId } from "../../domain/table-id.ts";
import type { Window } from "../../domain/window.ts";
import { unreachable } from "../../errors.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { TableRead } from "../../runbook/table-read.ts";
import type { CalendarDay } from "../plan.ts";
import { partitionedOf, producersOf, upstreamsOf, type Producer } from "./upstream.ts";
import { startsOfSeasons, windowRange, type SeasonStarts } from "./window-range.ts";

/** Dates of an upstream, seen from a date: a window, all dates before it in whatever season, or all there are. */
export type Reach = Window | { readonly kind: "all-earlier" } | { readonly kind: "everything" };

/** The rows or the failures of one table, and what of them a processor reads: all reaches together. */
export type Input = {
  readonly table: TableId;
  readonly producer: Producer;
  readonly holds: "rows" | "failures";
  readonly reaches: readonly Reach[];
};

/** All that a processor reads: an input per table, and one per table whose failures it reads. */
export function inputsOfProcessor(runbook: Runbook, processor: string): readonly Input[] {
  const upstreams = upstreamsOf(runbook).get(processor) ?? [];
  return [...Map.groupBy(upstreams, ({ edge }) => edge.table)].flatMap(([table, edges]) => {
    const showing = edges.filter(({ edge }) => edge.failures !== "only");
    const failing = edges.filter(({ edge }) => edge.failures !== false);
    const read = [
      { holds: "rows" as const, of: showing },
      { holds: "failures" as const, of: failing },
    ];
    return edges
      .slice(0, 1)
      .flatMap(({ producer }): readonly Input[] =>
        read
          .filter(({ of }) => of.length > 0)
          .map(({ holds, of }) => ({ table, producer, holds, reaches: of.map(({ edge }) => edge.window) })),
      );
  });
}

/** What a statement beside a step reads, an input per table: the windows that it declares, or every row. */
export function inputsOfReads(runbook: Runbook, reads: readonly TableRead[]): readonly Input[] {
  const producers = producersOf(runbook);
  return [...Map.groupBy(reads, ({ table }) => table)].flatMap(([table, own]) => {
    const producer = producers.get(table);
    if (producer === undefined) return [];
    const reaches = own.map(({ window }): Reach =>
      window === undefined || isUndated(producer) ? { kind: "everything" } : window,
    );
    return [{ table, producer, holds: "rows" as const, reaches }];
  });
}

/** What the statements of a processor may see while they compute some dates: the union of what each date reads. */
export function cutInputs(
  runbook: Runbook,
  {
    inputs,
    dates,
    calendar,
  }: {
    readonly inputs: readonly Input[];
    readonly dates: readonly CalendarDate[];
    readonly calendar: readonly CalendarDay[];
  },
): readonly TableCut[] {
  const starts = startsOfSeasons(runbook, calendar);
  const parts = inputs.map((input) => partOf(runbook, input, rangesOf(input, dates, starts)));
  return [...Map.groupBy(parts, ({ table }) => table)].map(([table, own]) => ({
    table,
    parts: own.map(({ part }) => part),
  }));
}

function partOf(
  runbook: Runbook,
  { table, producer, holds }: Input,
  ranges: CutPart["ranges"],
): { readonly table: TableId; readonly part: CutPart } {
  if (holds === "rows") return { table, part: { dateColumn: dateColumnOf(runbook, producer), ranges } };
  const processor = producer.kind === "processor" ? producer.processor.id : undefined;
  return { table: failuresOf(runbook), part: { dateColumn: "analysis_date", ranges, processor } };
}

function dateColumnOf(runbook: Runbook, producer: Producer): string {
  switch (producer.kind) {
    case "processor":
      return producer.processor.dateColumn;
    case "source":
      return producer.source.dateColumn;
    case "calendar":
      return runbook.calendar.dateColumn;
    default:
      return unreachable(producer);
  }
}

function isUndated(producer: Producer): boolean {
  return producer.kind === "source" && producer.source.dateColumn === undated;
}

function failuresOf({ ledger }: Runbook): TableId {
  const view = parseTableId(`${ledger}.precompute_failures`);
  if (view === undefined) throw new Error(`"${ledger}" is no dataset name`);
  return view;
}

/** Undefined: every row, whatever its date. */
function rangesOf(
  { reaches, producer }: Input,
  dates: readonly CalendarDate[],
  starts: SeasonStarts,
): readonly DateRange[] | undefined {
  if (reaches.some(({ kind }) => kind === "everything" || kind === "whole")) return undefined;
  const upstream = partitionedOf(producer);
  const ranges = reaches.flatMap((reach) =>
    dates.flatMap((date) => reachRange(reach, date, starts(date, upstream)) ?? []),
  );
  return unionOf(ranges);
}

function reachRange(reach: Reach, date: CalendarDate, seasonStart: CalendarDate): DateRange | undefined {
  if (reach.kind === "everything") return everyDate;
  if (reach.kind === "all-earlier") return { from: everyDate.from, to: addDays(date, -1) };
  return windowRange(reach, date, seasonStart);
}
