import type { Dialect } from "./dialect.ts";

/**
 * The instant `at`, or the one right after `latest` when that is no earlier: what is entered last has the last instant,
 * whatever the clocks of the machines were that entered it. `latest` may be NULL.
 */
export function noEarlier(dialect: Dialect, at: string, latest: string): string {
  return `greatest(${at}, coalesce(${dialect.microsecondAfter(latest)}, ${at}))`;
}
