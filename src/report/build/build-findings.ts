import { findingsIn } from "../../gates/gate-descriptions.ts";
import type { ReportFacts } from "../facts.ts";
import type { ReportFinding } from "../model.ts";

const mostFindings = 5000;

/** What the gates found, a line per table and question, with its dates; what could not be asked is a finding too. */
export function buildFindings({ gates }: ReportFacts): readonly ReportFinding[] {
  return findingsIn(gates).slice(0, mostFindings);
}
