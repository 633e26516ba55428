/**
 * Verdicts on the failure rate of one processor in one period, the gravest first. `provisional`: not every date of the
 * period is settled and accounted for; `no-expectation`: no budget holds for it.
 */
export const rateVerdicts = [
  "exceeded",
  "unexpected-category",
  "provisional",
  "exceeded (waived)",
  "suspiciously-good",
  "no-expectation",
  "within",
] as const;
/** One of `rateVerdicts`. */
export type RateVerdict = (typeof rateVerdicts)[number];

/** `breach`: against the budget; `open`: not known yet; `odd`: for people to see; `sound`: as it should be. */
type RateWeight = "breach" | "open" | "odd" | "sound";

const weights: Readonly<Record<RateVerdict, RateWeight>> = {
  exceeded: "breach",
  "unexpected-category": "breach",
  provisional: "open",
  "exceeded (waived)": "odd",
  "suspiciously-good": "odd",
  "no-expectation": "sound",
  within: "sound",
};

/** Those of some judgements whose verdict has the weight. */
export function judgedAs<Judged extends { readonly verdict: RateVerdict }>(
  weight: RateWeight,
  judged: readonly Judged[],
): readonly Judged[] {
  return judged.filter(({ verdict }) => weights[verdict] === weight);
}

/** Whether a verdict is against the budget; words beside the rate verdicts are not. */
export function isBreach(verdict: string): boolean {
  return verdict in weights && weights[verdict as RateVerdict] === "breach";
}
