import { formatCount } from "../domain/format.ts";
import { isBreach, rateVerdicts } from "../domain/rate-verdict.ts";
import type { PeriodResult, ReportModel, ResultVerdict } from "./model.ts";
import { compareStatuses, isBad, statusOfLetter, type PartitionStatus } from "./partition-status.ts";

/** How a state is coloured; the word beside it says the same. */
export type StateTone = "good" | "careful" | "bad" | "idle";

/** The worst of a processor, in one word and a tone. */
export type ProcessorState = { readonly word: string; readonly tone: StateTone };

/** Verdicts from worst to best. */
const verdictRanks: readonly ResultVerdict[] = [
  "check-failed",
  ...rateVerdicts.filter(isBreach),
  "not-checked",
  ...rateVerdicts.filter((verdict) => !isBreach(verdict)),
];

const verdictTones: Readonly<Record<ResultVerdict, StateTone>> = {
  "check-failed": "bad",
  exceeded: "bad",
  "unexpected-category": "bad",
  "not-checked": "careful",
  provisional: "careful",
  "exceeded (waived)": "careful",
  "suspiciously-good": "careful",
  "no-expectation": "idle",
  within: "good",
};

/** The tone of a verdict. */
function toneOfVerdict(verdict: ResultVerdict): StateTone {
  return verdictTones[verdict];
}

/** A result in words: its verdict, and how many dates contamination reaches. */
export function wordOfResult({ verdict, tainted = 0 }: Pick<PeriodResult, "verdict" | "tainted">): string {
  return tainted === 0 ? verdict : `${verdict}, ${formatCount(tainted)} tainted`;
}

/** The tone of a result: what is tainted is bad, whatever the rate. */
export function toneOfResult({ verdict, tainted = 0 }: Pick<PeriodResult, "verdict" | "tainted">): StateTone {
  return tainted > 0 ? "bad" : toneOfVerdict(verdict);
}

const goodStatuses: ReadonlySet<PartitionStatus> = new Set([
  "complete",
  "not-eligible",
  "explained",
  "uncounted",
]);

/** The tone of a partition's status. */
function toneOfStatus(status: PartitionStatus): StateTone {
  if (status === "none" || status === "skipped") return "idle";
  if (goodStatuses.has(status)) return "good";
  return status === "waived" || status === "pending" || status === "not-checked" ? "careful" : "bad";
}

/** Order for sort: the worst verdict first, what is tainted right behind what is open, then the rate furthest above its maximum. */
export function compareResults(left: PeriodResult, right: PeriodResult): number {
  const byVerdict = rankOf(left) - rankOf(right);
  return byVerdict === 0 ? excessOf(right) - excessOf(left) : byVerdict;
}

function rankOf({ verdict, tainted = 0 }: PeriodResult): number {
  const rank = verdictRanks.indexOf(verdict);
  return tainted > 0 ? Math.min(rank, verdictRanks.indexOf("provisional") + 0.5) : rank;
}

/** The state of every processor by id: its worst partition if that is bad, tainted ones next, else its worst verdict. */
export function processorStates(model: ReportModel): ReadonlyMap<string, ProcessorState> {
  const tainted = new Set(model.tainted.map(({ processor }) => processor));
  const results = Map.groupBy(model.results, ({ processor }) => processor);
  return new Map(
    model.partitions.map(({ processor, statuses }) => {
      const [worst = "skipped"] = [...new Set(statuses)].map(statusOfLetter).toSorted(compareStatuses);
      const [result] = (results.get(processor) ?? []).toSorted(compareResults);
      return [processor, stateOf({ worst, isTainted: tainted.has(processor), verdict: result?.verdict })];
    }),
  );
}

function stateOf(found: {
  readonly worst: PartitionStatus;
  readonly isTainted: boolean;
  readonly verdict: ResultVerdict | undefined;
}): ProcessorState {
  const { worst, isTainted, verdict = "no-expectation" } = found;
  if (isBad(worst)) return { word: worst, tone: toneOfStatus(worst) };
  if (isTainted) return { word: "tainted", tone: "bad" };
  return { word: verdict, tone: toneOfVerdict(verdict) };
}

/** The rate as a share of its maximum, or of what is expected where there is no maximum. */
function excessOf({ rate = 0, maximum, expectedRate }: PeriodResult): number {
  const limit = maximum ?? expectedRate?.to ?? 1;
  return rate === 0 ? 0 : rate / Math.max(limit, 1e-9);
}
