import { countOf } from "../../domain/format.ts";
import type { CheckState } from "../check-state.ts";
import type { GateDescription } from "../gate-description.ts";
import { coverageJson } from "./coverage-json.ts";
import type { Coverage } from "./coverage-row.ts";
import { judgeCoverage } from "./judge-coverage.ts";

/** Whether every expected row is accounted for. */
export const coverageDescription: GateDescription<"coverage"> = {
  judge: (scope, { answer }) => judgeCoverage(scope, answer),
  isAsked: () => true,
  check: stateOfAccounts,
  findings: ({ failed }) =>
    failed.map(({ processor, message }) => {
      return { subject: processor, status: "check-failed", dates: [], detail: message };
    }),
  headline: "tallied",
  lacking: () => [],
  json: (coverage) => coverageJson(coverage, []),
};

function stateOfAccounts({ rows, strays, failed }: Coverage): CheckState {
  const untracked = rows.filter((row) => row.untracked > 0).length;
  const odd = rows.filter((row) => row.phantom + row.unexpected > 0).length + strays.length;
  if (failed.length > 0)
    return { state: "check-failed", detail: `${countOf(failed.length, "processor")} could not be counted` };
  if (untracked + odd === 0) return { state: "passed", detail: "every expected row is accounted for" };
  const texts = [
    untracked > 0 ? `${countOf(untracked, "partition")} with untracked rows` : "",
    odd > 0 ? `${countOf(odd, "partition")} with phantom, unexpected or stray rows` : "",
  ];
  return { state: "findings", detail: texts.filter((text) => text !== "").join("; ") };
}
