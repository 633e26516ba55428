import { countOf } from "../../domain/format.ts";
import type { ResultProblem } from "../../domain/verdict.ts";
import { strangerNames } from "../../runbook/waiver.ts";
import type { CheckState } from "../check-state.ts";
import type { GateDescription, HeadlineCounts } from "../gate-description.ts";
import { tableOf } from "../locate-finding.ts";
import { coverageJson } from "./coverage-json.ts";
import { acceptedText, accountedText, type Coverage } from "./coverage-row.ts";
import { judgeCoverage } from "./judge-coverage.ts";
import { viewCoverage } from "./view-coverage.ts";

/** Whether every expected row is accounted for. */
export const coverageDescription: GateDescription<"coverage"> = {
  judge: (scope, { answer }) => judgeCoverage(scope, answer),
  isAsked: () => true,
  check: stateOfAccounts,
  findings: ({ rows, failed }) => [
    ...failed.map(({ processor, message }) => {
      return { subject: processor, status: "check-failed", dates: [], detail: message };
    }),
    ...rows
      .filter(({ accepted }) => accepted > 0)
      .map((row) => {
        return {
          subject: row.processor,
          status: "accepted",
          dates: [row.date],
          detail: acceptedText(row),
        };
      }),
  ],
  headline: {
    tally: ({ rows, strays }) => ({
      phantom: rows.reduce((sum, { phantom }) => sum + phantom, 0),
      unexpected: rows.reduce((sum, { unexpected }) => sum + unexpected, 0),
      strays: strays.length,
    }),
    problems: accountProblems,
  },
  checklist: undefined,
  findsTaints: false,
  isEssential: true,
  lacking: () => [],
  acceptable: ({ rows }, scope) =>
    rows.flatMap(({ processor, date, ...counts }) =>
      strangerNames
        .filter((name) => counts[name] > 0)
        .map((name) => ({ table: tableOf(scope, processor), name, date })),
    ),
  json: (coverage, { budget }) => coverageJson(coverage, budget?.verdicts ?? []),
  view: viewCoverage,
};

function accountProblems(tally: HeadlineCounts): readonly ResultProblem[] {
  const { untracked: rows, statuses, phantom, unexpected, strays = 0 } = tally;
  return [
    ...((statuses["untracked"] ?? 0) === 0 ? [] : [{ kind: "untracked", rows } as const]),
    ...(phantom + unexpected + strays === 0
      ? []
      : [{ kind: "unaccounted", phantom, unexpected, strays } as const]),
  ];
}

function stateOfAccounts({ rows, strays, failed }: Coverage): CheckState {
  const untracked = rows.filter((row) => row.untracked > 0).length;
  const odd = rows.filter((row) => row.phantom + row.unexpected > 0).length + strays.length;
  if (failed.length > 0)
    return { state: "check-failed", detail: `${countOf(failed.length, "processor")} could not be counted` };
  const accepted = rows.reduce((sum, row) => sum + row.accepted, 0);
  const note = accepted === 0 ? "" : `, ${accepted} accepted`;
  if (untracked + odd === 0) return { state: "passed", detail: `${accountedText(rows)}${note}` };
  const texts = [
    untracked > 0 ? `${countOf(untracked, "partition")} with untracked rows` : "",
    odd > 0 ? `${countOf(odd, "partition")} with phantom, unexpected or stray rows` : "",
  ];
  return { state: "findings", detail: texts.filter((text) => text !== "").join("; ") };
}
