import { noteSuspects, stateOfTables } from "../check-state.ts";
import type { GateDescription, TableFinding } from "../gate-description.ts";
import { gapsJson, isOpen, type GapTable } from "./gap-table.ts";
import { judgeGaps } from "./judge-gaps.ts";

/** Which dates have no rows, or too few. */
export const gapsDescription: GateDescription<"gaps"> = {
  judge: (scope, { answer }) => judgeGaps(scope, answer),
  isAsked: () => true,
  check({ gaps: { tables } }) {
    const found = openTables(tables);
    const failed = tables.filter(({ status }) => status === "check-failed").length;
    return noteSuspects(stateOfTables({ failed, found, of: tables.length, words: "have gaps" }), tables);
  },
  findings: ({ gaps }) => gaps.tables.flatMap(tableFindings),
  headline: {
    tally: ({ gaps }) => ({ gapTables: openTables(gaps.tables) }),
    problems: ({ gapTables }) => (gapTables === 0 ? [] : [{ kind: "gaps", tables: gapTables }]),
  },
  checklist: { group: "After each processor", text: "Gap detection finds no missing date" },
  isEssential: false,
  lacking: ({ gaps }) => gaps.tables,
  json: ({ gaps }) => gapsJson(gaps),
};

function openTables(tables: readonly GapTable[]): number {
  return tables.filter(isOpen).length;
}

function tableFindings({ table, status, missing, low, message, ...rest }: GapTable): readonly TableFinding[] {
  const head = { subject: table };
  const fewest = Math.min(...low.map(({ rows }) => rows));
  return [
    ...(message === undefined ? [] : [{ ...head, status, dates: [], detail: message }]),
    ...(missing.length === 0 ? [] : [{ ...head, status: "missing", dates: missing, detail: "no rows" }]),
    ...(low.length === 0
      ? []
      : [{ ...head, status: "low", dates: low.map(({ date }) => date), detail: `as few as ${fewest} rows` }]),
    ...thinFindings(table, rest),
    ...acceptedFindings(table, rest),
  ];
}

function acceptedFindings(
  subject: string,
  { accepted }: Pick<GapTable, "accepted">,
): readonly TableFinding[] {
  const groups = Map.groupBy(accepted, ({ because }) => because);
  return [...groups].map(([detail, group]) => {
    return { subject, status: "accepted", dates: group.map(({ date }) => date), detail };
  });
}

function thinFindings(
  subject: string,
  { thin, volume }: Pick<GapTable, "thin" | "volume">,
): readonly TableFinding[] {
  const [first] = thin;
  if (first === undefined) return [];
  const detail = `far fewer rows than usual (first ${first.date}: ${first.rows}, about ${first.usual} are usual)`;
  const status = volume === "block" ? "thin" : "suspect";
  return [{ subject, status, dates: thin.map(({ date }) => date), detail }];
}
