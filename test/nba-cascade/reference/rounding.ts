/** R(x, n) of the specification: half away from zero, after the noise below the ninth decimal is gone. */
export function round(value: number, decimals: number): number {
  return roundOnce(roundOnce(value, 9), decimals);
}

function roundOnce(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale;
}

/** `value`, or the bound that it exceeds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** Sum of a number per row. */
export function sumOf<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  let sum = 0;
  for (const row of rows) sum += value(row);
  return sum;
}

/** Mean of a number per row; not a number when there is no row. */
export function meanOf<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return sumOf(rows, value) / rows.length;
}
