/** On-demand price of a tebibyte that queries read or are billed for, in US dollars, and where it stands. */
export const queryPrice = {
  dollarsPerTebibyte: 6.25,
  source: "https://cloud.google.com/bigquery/pricing",
} as const;

/** What bytes cost at a price, in US dollars. */
export function dollarsOf(
  bytes: number,
  { dollarsPerTebibyte }: { readonly dollarsPerTebibyte: number } = queryPrice,
): number {
  return (bytes / 2 ** 40) * dollarsPerTebibyte;
}
