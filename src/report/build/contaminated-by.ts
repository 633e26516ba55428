import type { Taint } from "../../gates/contamination/taint.ts";
import type { ReportFacts } from "../facts.ts";

/**
 * Taints that come from data. Where every one of them comes from a changed definition nothing is contaminated: the
 * partitions are out of date, which their status says.
 */
export function contaminatedBy({ gates: { taints = [] } }: Pick<ReportFacts, "gates">): readonly Taint[] {
  const isOfData = taints.some(({ causes }) =>
    causes.some(({ kind }) => kind !== "definition" && kind !== "through"),
  );
  return isOfData ? taints : [];
}
