import type { Coverage } from "../coverage/coverage-row.ts";
import { coverageFindings } from "../coverage/judge-coverage.ts";
import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { gapsJson, type Gaps, type GapTable } from "./gap-table.ts";

/** Gaps: dates that are missing or low hold back, and far fewer rows than usual where the runbook says so. */
export function judgeGaps(
  scope: GateScope,
  { gaps, coverage }: { readonly gaps: Gaps; readonly coverage: Coverage },
): GateJudgement {
  const found = gaps.tables.map(({ table, processor, missing, low, thin, volume }) => {
    const few = [...low, ...(volume === "block" ? thin : [])].map(({ date }) => date);
    return { table, processor, dates: [...missing, ...few] };
  });
  const held = heldDates(scope, found);
  const failed = gaps.tables.flatMap(({ table, message }) =>
    message === undefined ? [] : [{ table, message }],
  );
  const absent = gapFindings(scope, gaps, coverage).filter(({ kind }) => kind === "absent");
  const thin = gaps.tables.filter(({ volume }) => held.length === 0 || volume === "block");
  const open = [...absent, ...thin.flatMap(thinFindings)];
  return {
    ...nothingFound,
    isFound: held.length > 0,
    isNotable: gaps.tables.some(({ thin }) => thin.length > 0),
    ...explainFindings(scope, {
      findings: open,
      failed,
      held,
      otherwise: `no gaps in ${gaps.tables.length} tables`,
    }),
    detail: gapsJson(gaps),
  };
}

/** What gaps say of the sources and, by their coverage, of the processors. */
function gapFindings(scope: GateScope, gaps: Gaps, coverage: Coverage): readonly Finding[] {
  const ofSources = gaps.tables.filter(({ processor }) => processor === undefined).flatMap(sourceFindings);
  return [...ofSources, ...coverageFindings(scope, coverage)];
}

function sourceFindings({ table, missing, low }: GapTable): readonly Finding[] {
  return [
    ...missing.map((date) => {
      return {
        kind: "absent" as const,
        table,
        date,
        text: `${table} ${date}: no row, and the calendar expects some`,
      };
    }),
    ...low.map(({ date, rows }) => {
      return { kind: "absent" as const, table, date, text: `${table} ${date}: only ${rows} rows` };
    }),
  ];
}

function thinFindings({ table, thin }: GapTable): readonly Finding[] {
  return thin.map(({ date, rows, usual }) => {
    const text = `${table} ${date}: only ${rows} rows, about ${usual} are usual`;
    return { kind: "volume", table, date, text };
  });
}
