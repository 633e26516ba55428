import { missingRows } from "../../runbook/waiver.ts";
import type { NamedFinding } from "../acceptance.ts";
import { noteSuspects, stateOfTables } from "../check-state.ts";
import type { GateDescription, TableFinding } from "../gate-description.ts";
import { isVanished, type VanishedDate } from "./judge-volume.ts";
import { formatCount } from "../../domain/format.ts";
import { gapsJson, isOpen, lowRows, thinRows, vanishedRows, type GapTable } from "./gap-table.ts";
import { judgeGaps } from "./judge-gaps.ts";
import { viewGaps } from "./view-gaps.ts";

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
  findsTaints: false,
  isEssential: false,
  lacking: ({ gaps }) => gaps.tables,
  acceptable: ({ gaps }) =>
    gaps.tables.filter(({ processor }) => processor === undefined).flatMap(namedDates),
  json: ({ gaps }) => gapsJson(gaps),
  view: ({ gaps }) => viewGaps(gaps),
};

function namedDates({ table, missing, low, thin }: GapTable): readonly NamedFinding[] {
  return [
    ...missing.map((date) => ({ table, name: missingRows, date })),
    ...low.map(({ date }) => ({ table, name: lowRows, date })),
    ...thin.map(({ date }) => ({ table, name: thinRows, date })),
  ];
}

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
  const status = volume === "block" ? "thin" : "suspect";
  const gone = thin.filter(isVanished);
  const few = thin.flatMap((found) => (isVanished(found) ? [] : [found]));
  return [
    ...(gone.length === 0 ? [] : [vanishedFinding(subject, { gone, volume })]),
    ...few.slice(0, 1).map(({ date, rows, usual }) => {
      const first = few.length === 1 ? "" : `first ${date}: `;
      const detail = `far fewer rows than usual (${first}${rows}, about ${usual} are usual)`;
      return { subject, status, dates: datesOf(few), detail };
    }),
  ];
}

function vanishedFinding(
  subject: string,
  { gone, volume }: Pick<GapTable, "volume"> & { readonly gone: readonly VanishedDate[] },
): TableFinding {
  const [before, now] = [sum(gone.map(({ earlier }) => earlier)), sum(gone.map(({ rows }) => rows))];
  const detail = `rows have vanished: ${formatCount(before)} before, ${formatCount(now)} now`;
  return { subject, status: volume === "block" ? "thin" : vanishedRows, dates: datesOf(gone), detail };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function datesOf(found: GapTable["thin"]): TableFinding["dates"] {
  return found.map(({ date }) => date);
}
