/** Failure rates from the least to the greatest, both included. */
export type RateRange = { readonly from: number; readonly to: number };

type Rates = {
  readonly success?: RateRange | undefined;
  readonly failure?: RateRange | undefined;
};

/** The failure rates that a text states, be it as success or as failure; undefined when it states none. */
export function failureRange({ success, failure }: Rates): RateRange | undefined {
  if (success === undefined) return failure;
  return { from: complement(success.to), to: complement(success.from) };
}

/** 1 - rate without the noise of binary fractions, so that limits compare as they are written. */
function complement(rate: number): number {
  return Math.round((1 - rate) * 1e9) / 1e9;
}
