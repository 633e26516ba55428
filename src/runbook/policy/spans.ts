import { addDays, dayNumber, type DateRange } from "../../domain/calendar-date.ts";

/** The dates of both ranges; undefined when they share none. */
export function sharedDates(left: DateRange, right: DateRange): DateRange | undefined {
  const from = left.from > right.from ? left.from : right.from;
  const to = left.to < right.to ? left.to : right.to;
  return from <= to ? { from, to } : undefined;
}

/** Days of the range, both ends counted. */
export function countDays({ from, to }: DateRange): number {
  return Math.max(0, dayNumber(to) - dayNumber(from) + 1);
}

/** The dates of `range` that none of `taken` holds, as ranges in order. */
export function withoutDates(range: DateRange, taken: readonly DateRange[]): readonly DateRange[] {
  let open: readonly DateRange[] = [range];
  for (const other of taken) open = open.flatMap((piece) => withoutRange(piece, other));
  return open;
}

/** The range as text: one date, or two with a dash between them. */
export function formatSpan({ from, to }: DateRange): string {
  return from === to ? from : `${from} to ${to}`;
}

function withoutRange(piece: DateRange, taken: DateRange): readonly DateRange[] {
  const shared = sharedDates(piece, taken);
  if (shared === undefined) return [piece];
  return [
    ...(piece.from < shared.from ? [{ from: piece.from, to: addDays(shared.from, -1) }] : []),
    ...(shared.to < piece.to ? [{ from: addDays(shared.to, 1), to: piece.to }] : []),
  ];
}
