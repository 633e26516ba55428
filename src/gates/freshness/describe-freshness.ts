import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { placeOf } from "../locate-finding.ts";
import { withNote } from "../acceptance.ts";
import { freshnessJson, lateAcceptance, lateRows, latenessOf, type FreshTable } from "./fresh-table.ts";
import { stateOfTables } from "../check-state.ts";
import type { GateDescription } from "../gate-description.ts";

/** How old the newest date of each table is, and may be. Asked where a gate of the runbook sets a limit. */
export const freshnessDescription: GateDescription<"freshness"> = {
  judge: (scope, { answer }) => judgeFreshness(scope, answer),
  isAsked: ({ gates }) => gates.some(({ kind }) => kind === "freshness"),
  check(tables) {
    const found = tables.filter(({ status }) => status === "late").length;
    const failed = tables.filter(({ status }) => status === "check-failed").length;
    return stateOfTables({ failed, found, of: tables.length, words: "are late" });
  },
  findings: (tables) =>
    tables
      .filter(({ status }) => status !== "fresh")
      .map((found) => ({
        subject: found.table,
        status: found.status,
        dates: found.missing,
        detail: found.message ?? latenessOf(found),
      })),
  headline: { word: "Late" },
  checklist: undefined,
  findsTaints: false,
  isEssential: false,
  lacking: (tables) =>
    tables.map(({ table, processor, missing }) => ({ table, processor, missing, low: [] })),
  acceptable: (tables) =>
    tables.flatMap(({ table, missing }) => missing.map((date) => ({ table, name: lateRows, date }))),
  json: freshnessJson,
};

/** Freshness: the dates that a late table lacks hold back. */
function judgeFreshness(scope: GateScope, tables: readonly FreshTable[]): GateJudgement {
  const late = tables.filter(({ status }) => status === "late");
  const held = heldDates(
    scope,
    late.map(({ table, processor, missing }) => ({ table, processor, dates: missing })),
  );
  const failed = tables.flatMap(({ table, message }) => (message === undefined ? [] : [{ table, message }]));
  const otherwise = `${tables.length} tables are fresh`;
  return {
    ...nothingFound,
    isFound: late.length > 0,
    isNotable: tables.some(({ accepted }) => accepted.length > 0),
    ...explainFindings(scope, {
      findings: late.length > 0 ? late.map(findingOf) : tables.flatMap((table) => acceptedOf(scope, table)),
      failed,
      held,
      otherwise,
    }),
    detail: freshnessJson(tables),
  };
}

function acceptedOf(scope: GateScope, found: FreshTable): readonly Finding[] {
  const { table, accepted } = found;
  return accepted.map((date) => {
    const head = { kind: "absent", table, date, place: placeOf(found) } as const;
    return { ...head, found: withNote("not there", lateAcceptance(scope, { table, date })) };
  });
}

function findingOf(found: FreshTable): Finding {
  const [date] = found.missing;
  return { kind: "absent", table: found.table, date, place: placeOf(found), found: latenessOf(found) };
}
