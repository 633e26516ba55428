import { hash } from "node:crypto";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { RowContent } from "../plan.ts";

/**
 * Sums mod 2^128 of a hash of each partition of one series (a table's rows, or its failures) over ranges of timeline
 * indexes. Partitions without rows add nothing. Sums are made when asked for and kept until a `set` before them.
 */
export type VersionSums = {
  set(index: number, content: RowContent): void;
  at(index: number): bigint;
  /** Sum over `[from, to)`. */
  between(from: number, to: number): bigint;
};

/** Sums of `series` (its name enters every hash) over `dates`; `contents` may lack dates. */
export function createVersionSums(
  series: string,
  dates: readonly CalendarDate[],
  contents: readonly (RowContent | undefined)[],
): VersionSums {
  const held = [...contents];
  const values: (bigint | undefined)[] = dates.map(() => undefined);
  const prefix: bigint[] = [0n];
  function at(index: number): bigint {
    return (values[index] ??= hashPartition(series, dates[index] ?? "", held[index]));
  }
  function prefixTo(index: number): bigint {
    let sum = prefix.at(-1) ?? 0n;
    while (prefix.length <= index) {
      sum = BigInt.asUintN(128, sum + at(prefix.length - 1));
      prefix.push(sum);
    }
    return prefix[index] ?? 0n;
  }
  return {
    at,
    between: (from, to) => (from >= to ? 0n : BigInt.asUintN(128, prefixTo(to) - prefixTo(from))),
    set(index, content) {
      held[index] = content;
      values[index] = undefined;
      prefix.length = Math.min(prefix.length, index + 1);
    },
  };
}

/** The first 128 bits of the SHA-256 of `text`, as 32 hexadecimal digits. */
export function digest128(text: string): string {
  return hash("sha256", text, "hex").slice(0, 32);
}

function hashPartition(series: string, date: string, content: RowContent | undefined): bigint {
  if (content === undefined || content.rows === 0) return 0n;
  return BigInt(`0x${digest128(`${series}\n${date}\n${content.rows}\n${content.version}`)}`);
}
