/** A rate as what it is made of: `part` of `whole`. */
export type RateCounts = { readonly part: number; readonly whole: number };

/** A number as the decimal that it is written as: `digits` / 10^`decimals`. */
export type Decimal = { readonly digits: bigint; readonly decimals: number };

/**
 * Compares a rate with a limit as the runbook writes it, exactly: negative when below, 0 when equal, positive when
 * above. Nothing of nothing is 0.
 */
export function compareRate({ part, whole }: RateCounts, limit: number): number {
  const { digits, decimals } = decimalOf(limit);
  const [found, bound] = [BigInt(part) * 10n ** BigInt(decimals), digits * BigInt(whole)];
  return found < bound ? -1 : found > bound ? 1 : 0;
}

/** The shortest decimal that reads back as the number: 0.29, although the nearest binary fraction lies below. */
export function decimalOf(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const digits = BigInt(whole + fraction);
  const decimals = fraction.length - Number(exponent);
  return decimals < 0 ? { digits: digits * 10n ** BigInt(-decimals), decimals: 0 } : { digits, decimals };
}
