/** A set of (processor, date). */
export type Units = {
  readonly has: (processor: string, date: string) => boolean;
  readonly size: number;
};

/** The units of cells, or of anything else that lists dates of processors. */
export function unitsOf(
  groups: readonly { readonly processor: string; readonly dates: readonly string[] }[],
): Units {
  const byProcessor = new Map<string, Set<string>>();
  for (const { processor, dates } of groups) {
    const known = byProcessor.get(processor) ?? new Set();
    for (const date of dates) known.add(date);
    byProcessor.set(processor, known);
  }
  const size = [...byProcessor.values()].reduce((sum, dates) => sum + dates.size, 0);
  return { has: (processor, date) => byProcessor.get(processor)?.has(date) ?? false, size };
}
