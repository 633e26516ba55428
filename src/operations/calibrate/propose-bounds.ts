import { quantileOf } from "../../domain/quantile.ts";

/** Fewest dates from which the bounds of single dates are made. */
export const fewestDates = 20;
/** Fewest dates of a period from which the range of its rate is made. */
export const fewestRates = 5;

const outermost = 0.01;
const usual = 0.05;
const digits = 3;
const deviations = 3;
const leastMargin = 0.01;

/** A range with both ends. */
export type ProposedRange = { readonly from: number; readonly to: number };

/**
 * Bounds that sound dates of other months keep: the first and the last hundredth of the values, and beyond each as much
 * again as the middle nine tenths span. Values that never leave 0 to 1, or never fall below 0, keep to that. Rounded
 * outwards to three digits.
 */
export function proposeBounds(values: readonly number[]): ProposedRange {
  const spread = quantileOf(values, 1 - usual) - quantileOf(values, usual);
  const from = quantileOf(values, outermost) - spread;
  const to = quantileOf(values, 1 - outermost) + spread;
  const isPositive = values.every((value) => value >= 0);
  const isShare = isPositive && values.every((value) => value <= 1);
  return {
    from: isPositive ? Math.max(0, roundOutwards(from, Math.floor)) : roundOutwards(from, Math.floor),
    to: isShare ? Math.min(1, roundOutwards(to, Math.ceil)) : roundOutwards(to, Math.ceil),
  };
}

/** The rate of a whole period, and those of its dates. */
export type MeasuredRate = { readonly rate: number; readonly ofDates: readonly number[] };

/**
 * The range of a period's rate: the least and the greatest of the measured ones, and beyond each three standard errors
 * that the spread of its dates gives, at least a hundredth; nothing beyond none at all. Never above `maximum`.
 */
export function proposeRates(measured: readonly MeasuredRate[], maximum = 1): ProposedRange {
  const ends = measured.map(({ rate, ofDates }) => {
    const margin = rate === 0 ? 0 : Math.max(leastMargin, deviations * standardError(ofDates));
    return { from: rate - margin, to: rate + margin };
  });
  const from = Math.min(...ends.map((end) => end.from));
  const to = Math.max(...ends.map((end) => end.to));
  return {
    from: Math.max(0, roundOutwards(from, Math.floor)),
    to: Math.min(maximum, 1, roundOutwards(to, Math.ceil)),
  };
}

function standardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length);
}

function roundOutwards(value: number, round: (value: number) => number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  return Number((round(value / unit) * unit).toPrecision(digits));
}
