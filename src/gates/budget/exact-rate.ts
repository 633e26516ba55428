const scale = 1_000_000_000_000;

/**
 * Compares part / whole with a limit of up to 12 decimals, exactly: negative when below, 0 when equal, positive when
 * above. Nothing of nothing is 0.
 */
export function compareRate(
  counts: { readonly part: number; readonly whole: number },
  limit: number,
): number {
  const part = BigInt(counts.part) * BigInt(scale);
  const bound = BigInt(Math.round(limit * scale)) * BigInt(counts.whole);
  return part < bound ? -1 : part > bound ? 1 : 0;
}
