import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { placeOf } from "../locate-finding.ts";
import { freshnessJson, latenessOf, type FreshTable } from "./fresh-table.ts";

/** Freshness: the dates that a late table lacks hold back. */
export function judgeFreshness(scope: GateScope, tables: readonly FreshTable[]): GateJudgement {
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
    ...explainFindings(scope, { findings: late.map(findingOf), failed, held, otherwise }),
    detail: freshnessJson(tables),
  };
}

function findingOf(found: FreshTable): Finding {
  const [date] = found.missing;
  const text = `${placeOf(found)}${date === undefined ? "" : ` ${date}`}: ${latenessOf(found)}`;
  return { kind: "absent", table: found.table, date, text };
}
