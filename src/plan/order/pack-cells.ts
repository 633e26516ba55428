import { tupleText } from "../../domain/tuple-text.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { Selection, UnitReason, Work } from "../plan.ts";
import type { Timeline } from "../calendar/timeline.ts";
import type { UnitVerdict, UnitVerdicts } from "../units/unit-verdict.ts";

/** A cell before it is known what it needs; `indexes` are its dates on the timeline. */
export type PackedCell = {
  readonly id: string;
  readonly processor: Processor;
  readonly indexes: readonly number[];
  readonly dates: readonly CalendarDate[];
  readonly reasons: ReadonlyMap<CalendarDate, UnitReason>;
};

/**
 * Packs the units that run into cells: processors in the runbook's order, each by date. Where cells end depends on the
 * calendar only, not on what is pending, so that cells of different processors line up; but cells by their work go by
 * what there is to do.
 */
export function packCells(
  runbook: Runbook,
  verdicts: UnitVerdicts,
  layout: { readonly timeline: Timeline; readonly selection: Selection },
): readonly PackedCell[] {
  const { timeline, selection } = layout;
  return runbook.processors.flatMap((processor) => {
    const chunks = chunkNumbers(timeline.daysOf(processor), selection);
    const own = verdicts.get(processor.id) ?? [];
    const running = [...own.keys()].filter((index) => own[index]?.kind === "run");
    const packs = [...Map.groupBy(running, (index) => chunks[index]).values()];
    const { cellsPer } = selection;
    const cut = typeof cellsPer === "object" ? packs.flatMap(byWork(cellsPer, processor)) : packs;
    return cut.map((indexes) => packCell(processor, indexes, { timeline, own }));
  });
}

/**
 * The chunk of every calendar date: a new one with each season (or period), and after every `chunkDays` dates. Dates that
 * have left the calendar are one chunk of their own.
 */
function chunkNumbers(
  days: ReturnType<Timeline["daysOf"]>,
  { chunkDays = Infinity, cellsPer }: Selection,
): Int32Array {
  const chunks = new Int32Array(days.length).fill(-1);
  let [chunk, stretch, size] = [0, "", 0];
  for (const [index, day] of days.entries()) {
    if (day === undefined) continue;
    const own = cellsPer === "period" ? tupleText([day.season, day.period]) : day.season;
    if (own !== stretch || size >= chunkDays) [chunk, stretch, size] = [chunk + 1, own, 0];
    chunks[index] = chunk;
    size += 1;
  }
  return chunks;
}

/** Cuts dates into as many equal parts as each have the work of a cell. */
function byWork({ seconds, secondsOf }: Work, { id }: Processor) {
  const each = secondsOf.get(id) ?? 0;
  return (indexes: readonly number[]): readonly (readonly number[])[] => {
    const parts = Math.max(1, Math.min(indexes.length, Math.floor((indexes.length * each) / seconds)));
    return Array.from({ length: parts }, (_, part) =>
      indexes.slice(
        Math.round((part * indexes.length) / parts),
        Math.round(((part + 1) * indexes.length) / parts),
      ),
    );
  };
}

function packCell(
  processor: Processor,
  indexes: readonly number[],
  from: { readonly timeline: Timeline; readonly own: readonly (UnitVerdict | undefined)[] },
): PackedCell {
  const reasons = new Map<CalendarDate, UnitReason>();
  for (const index of indexes) {
    const date = from.timeline.dates[index];
    const verdict = from.own[index];
    if (date !== undefined && verdict?.kind === "run") reasons.set(date, verdict.reason);
  }
  const dates = [...reasons.keys()];
  return { id: `${processor.id}-${dates[0]}-${dates.at(-1)}`, processor, indexes, dates, reasons };
}
