import { findingText, firstFinding, type Finding } from "./finding.ts";
import type { GateJudgement } from "./gate-result.ts";
import type { GateScope } from "./gate-scope.ts";
import { placesText } from "./held-dates.ts";
import { failedFindings } from "./locate-finding.ts";

/** The part of a verdict that says what was found: the first of all findings, and how far they reach. */
export function explainFindings(
  scope: GateScope,
  {
    findings,
    failed,
    held,
    otherwise,
  }: {
    readonly findings: readonly Finding[];
    readonly failed: readonly { readonly table: string; readonly message: string }[];
    readonly held: GateJudgement["held"];
    readonly otherwise: string;
  },
): Pick<GateJudgement, "failed" | "held" | "findings" | "first" | "summary"> {
  const first = firstFinding(scope.runbook, findings);
  const all = [...findings, ...failedFindings(scope, failed)];
  const extent = held.length === 0 ? "" : `; in all ${placesText(held)}`;
  return {
    failed: failed.map(({ message }) => message),
    held,
    findings: all,
    first: firstFinding(scope.runbook, all),
    summary: first === undefined ? otherwise : `${findingText(first)}${extent}`,
  };
}
