import { countOf } from "../../domain/format.ts";
import { missingRows } from "../../runbook/waiver.ts";
import { acceptanceOf, withNote, type NamedFinding } from "../acceptance.ts";
import type { Coverage } from "../coverage/coverage-row.ts";
import { coverageFindings } from "../coverage/judge-coverage.ts";
import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { isVanished } from "./judge-volume.ts";
import { gapsJson, lowRows, thinRows, type Gaps, type GapTable } from "./gap-table.ts";

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
  const volumes = gaps.tables.filter(({ volume }) => held.length === 0 || volume === "block");
  const open = [...absent, ...volumes.flatMap((table) => thinFindings(scope, table))];
  return {
    ...nothingFound,
    isFound: held.length > 0,
    isNotable: gaps.tables.some(({ thin, accepted }) => thin.length + accepted.length > 0),
    ...explainFindings(scope, {
      findings: open.length > 0 ? open : gaps.tables.flatMap(acceptedFindings),
      failed,
      held,
      otherwise: `no gaps in ${countOf(gaps.tables.length, "table")}`,
    }),
    detail: gapsJson(gaps),
  };
}

/** What gaps say of the sources and, by their coverage, of the processors. */
function gapFindings(scope: GateScope, gaps: Gaps, coverage: Coverage): readonly Finding[] {
  const ofSources = gaps.tables.filter(({ processor }) => processor === undefined);
  return [
    ...ofSources.flatMap((table) => sourceFindings(scope, table)),
    ...coverageFindings(scope, coverage),
  ];
}

function sourceFindings(scope: GateScope, { table, missing, low }: GapTable): readonly Finding[] {
  const none = missing.map((date) => {
    return gapFinding(scope, { table, name: missingRows, date }, "no row, and the calendar expects some");
  });
  const few = low.map(({ date, rows }) => {
    return gapFinding(scope, { table, name: lowRows, date }, `only ${rows} rows`);
  });
  return [...none, ...few].map((finding) => ({ ...finding, kind: "absent" }));
}

function thinFindings(scope: GateScope, { table, thin }: GapTable): readonly Finding[] {
  return thin.map((found) => {
    const text = isVanished(found)
      ? `rows have vanished: ${found.earlier} before, ${found.rows} now`
      : `only ${found.rows} rows, about ${found.usual} are usual`;
    return gapFinding(scope, { table, name: thinRows, date: found.date }, text);
  });
}

/** A finding with what is to be told of waivers that accepted it once. */
function gapFinding(scope: GateScope, found: NamedFinding, text: string): Finding {
  const { table, date } = found;
  return {
    kind: "volume",
    table,
    date,
    place: table,
    found: withNote(text, acceptanceOf(scope, found)),
  };
}

function acceptedFindings({ table, accepted }: GapTable): readonly Finding[] {
  return accepted.map(({ date, because }) => {
    return { kind: "volume", table, date, place: table, found: because };
  });
}
