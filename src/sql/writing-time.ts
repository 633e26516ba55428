import type { Dialect } from "./dialect.ts";

/**
 * The instant at which a statement writes: by the warehouse's clock where several machines write, whose clocks differ,
 * and else `given`, the parameter that holds what the only one says.
 */
export function writingTime(dialect: Dialect, given: string): string {
  return dialect.leases === undefined ? given : "current_timestamp()";
}

/**
 * The same, or the instant right after `latest` when that is no earlier: what is entered last has the last instant,
 * whatever the clocks of the machines were that entered it. `latest` may be NULL.
 */
export function noEarlier(dialect: Dialect, given: string, latest: string): string {
  const at = writingTime(dialect, given);
  return `greatest(${at}, coalesce(${dialect.microsecondAfter(latest)}, ${at}))`;
}

/** When what is written began: `ended` less what lies between the two parameters, which one clock has measured. */
export function beginningTime(dialect: Dialect, begun: string, ended: string): string {
  if (dialect.leases === undefined) return begun;
  const lasted = `greatest(0, timestamp_diff(${ended}, ${begun}, microsecond))`;
  return `timestamp_sub(${writingTime(dialect, ended)}, interval ${lasted} microsecond)`;
}
