const second = 1000;

/**
 * How long to wait before a run is looked at again, in milliseconds. A run that has just begun changes often; one that
 * takes an hour is asked fewer than 240 times of a page, whatever it does, and rarer where its jobs fill more pages.
 */
export function pollPause({
  elapsedMs,
  pages,
}: {
  readonly elapsedMs: number;
  readonly pages: number;
}): number {
  const usual = elapsedMs < 60 * second ? 5 : elapsedMs < 300 * second ? 10 : 20;
  return usual * second * Math.max(1, pages);
}
