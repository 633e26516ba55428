import { join } from "node:path";
import { countOf } from "../domain/format.ts";
import { contradictionsAmong } from "../runbook/policy/policy-rules.ts";
import { formatFinding, type PolicyFinding } from "../runbook/problem.ts";
import { comparePolicies, formatLoosening, type ComparisonRequest } from "./compare-policies.ts";

/** What is said to whoever reviews a runbook: a sentence, and lines below it. */
export type Section = { readonly head: string; readonly lines: readonly string[] };

/** What the linter finds in a policy; `folder` is what its files are named by. */
export function findingsSection(findings: readonly PolicyFinding[], folder: string): Section {
  const contradictions = contradictionsAmong(findings).length;
  const asked = findings.length - contradictions;
  const more = asked === 0 ? "" : ` and ${countOf(asked, "question")}`;
  const head =
    contradictions === 0
      ? `No contradiction${more} in its policy.`
      : `${countOf(contradictions, "contradiction")}${more}:`;
  const lines = findings.map((finding) =>
    formatFinding({ ...finding, place: { ...finding.place, file: join(folder, finding.place.file) } }),
  );
  return { head, lines };
}

/** What a change makes weaker. Faults: those of the comparison. */
export async function weakerSection(request: ComparisonRequest, folder: string): Promise<Section> {
  const { loosenings, note } = await comparePolicies(request);
  const head =
    loosenings.length === 0
      ? "Nothing becomes weaker."
      : `${countOf(loosenings.length, "change makes", "changes make")} the policy weaker:`;
  const lines = loosenings.map((loosening) => formatLoosening(loosening, folder));
  return { head, lines: [...lines, ...(note === undefined ? [] : [note])] };
}
