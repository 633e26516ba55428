import type { Window } from "../../domain/window.ts";
import type { DateBound } from "./date-bounds.ts";

/** Days from the date that is computed to the dates that are read; without a least day, every earlier one. */
export type DateSpan = { readonly least: number | undefined; readonly most: number };

type OpenSpan = { readonly least: number | undefined; readonly most: number | undefined };

const open: OpenSpan = { least: undefined, most: undefined };
const itself: OpenSpan = { least: 0, most: 0 };

/** A bound may count from one that counts from another one: so many steps are followed. */
const mostRounds = 20;

/**
 * What bounds say together of each place that is read. Absent is one that nothing ends, that reads later dates or none, or
 * whose earliest date is bounded by something that is not understood.
 */
export function spansOf<Reader>(
  readers: readonly Reader[],
  bounds: readonly DateBound<Reader>[],
): ReadonlyMap<Reader, DateSpan> {
  const spans = new Map<Reader, OpenSpan>();
  for (let round = 0; round < mostRounds; round += 1) {
    const before = [...spans.values()];
    for (const bound of bounds) spans.set(bound.reader, narrowed(spans, bound));
    if ([...spans.values()].every((span, index) => isSame(span, before[index]))) break;
  }
  const vague = new Set(bounds.filter(isVague).map(({ reader }) => reader));
  return new Map(
    readers.flatMap((reader): [Reader, DateSpan][] => {
      const { least, most } = spans.get(reader) ?? open;
      if (most === undefined || most > 0 || (least === undefined && vague.has(reader))) return [];
      return least !== undefined && least > most ? [] : [[reader, { least, most }]];
    }),
  );
}

function isVague({ least, most }: OpenSpan): boolean {
  return least === undefined && most === undefined;
}

function isSame(span: OpenSpan, other: OpenSpan | undefined): boolean {
  return span.least === other?.least && span.most === other?.most;
}

function narrowed<Reader>(
  spans: ReadonlyMap<Reader, OpenSpan>,
  { reader, from, least, most }: DateBound<Reader>,
): OpenSpan {
  const own = spans.get(reader) ?? open;
  const base = from === undefined ? itself : (spans.get(from) ?? open);
  const [lower, upper] = [sum(base.least, least), sum(base.most, most)];
  return {
    least: lower === undefined ? own.least : Math.max(lower, own.least ?? lower),
    most: upper === undefined ? own.most : Math.min(upper, own.most ?? upper),
  };
}

function sum(base: number | undefined, days: number | undefined): number | undefined {
  return base === undefined || days === undefined ? undefined : base + days;
}

/** The windows that together hold spans: the date itself, and as many earlier ones as the widest has. */
export function spanWindows(spans: readonly DateSpan[]): readonly Window[] {
  const own: readonly Window[] = spans.some(({ most }) => most === 0) ? [{ kind: "same-date" }] : [];
  if (spans.some(({ least }) => least === undefined)) return [...own, { kind: "season-to-date" }];
  const days = Math.max(...spans.map(({ least = 0 }) => -least));
  return days === 0 ? own : [...own, { kind: "previous-days", days }];
}
