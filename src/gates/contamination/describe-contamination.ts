import { tupleText } from "../../domain/tuple-text.ts";
import { countOf } from "../../domain/format.ts";
import { noteSuspects, stateOfTables } from "../check-state.ts";
import type { GateDescription, TableFinding } from "../gate-description.ts";
import { contaminationJson } from "./contamination-json.ts";
import { isDirty, nameOfCheck, type ContaminationTable } from "./contamination-table.ts";
import { judgeContamination } from "./judge-contamination.ts";
import { ofData } from "./taint.ts";
import { viewContamination } from "./view-contamination.ts";

/** Which values and partitions cannot be trusted. */
export const contaminationDescription: GateDescription<"contamination"> = {
  judge: (scope, { gate, answer }) => judgeContamination(scope, gate, answer),
  isAsked: () => true,
  check({ tables, taints }, runbook) {
    const found = dirtyTables(tables, runbook);
    const failed = tables.filter(({ status }) => status === "check-failed").length;
    const counts = { failed, found, of: tables.length, words: "are not clean" };
    const state = noteSuspects(stateOfTables(counts), tables);
    const tainted = ofData(taints).length;
    if (tainted === 0) return state;
    const worse = state.state === "passed" ? "findings" : state.state;
    return { state: worse, detail: `${state.detail}; ${countOf(tainted, "partition")} tainted` };
  },
  findings: ({ tables }) => tables.flatMap(tableFindings),
  headline: {
    tally({ tables, taints }, runbook) {
      const tainted = ofData(taints);
      return {
        tainted: tainted.length,
        taintedDates: new Set(tainted.map(({ date }) => date)).size,
        contaminatedTables: dirtyTables(tables, runbook),
      };
    },
    problems({ contaminatedTables: tables, tainted, taintedDates }) {
      return tables + tainted === 0 ? [] : [{ kind: "contaminated", tables, tainted, taintedDates }];
    },
  },
  checklist: { group: "Final validation", text: "The contamination check passes" },
  findsTaints: true,
  isEssential: false,
  lacking: () => [],
  acceptable: ({ tables }) =>
    tables.flatMap(({ table, fields }) =>
      fields
        .filter(({ status }) => status !== "clean")
        .map((check) => ({ table, name: nameOfCheck(check), date: check.date })),
    ),
  json: ({ tables, taints }) => contaminationJson(tables, taints),
  view: viewContamination,
};

function dirtyTables(
  tables: readonly ContaminationTable[],
  { gates }: Parameters<GateDescription<"contamination">["check"]>[1],
): number {
  const isStrict = gates.some(({ kind, strict }) => kind === "contamination" && strict);
  return tables.filter(({ status }) => isDirty(status, isStrict)).length;
}

function tableFindings({ table, fields, messages }: ContaminationTable): readonly TableFinding[] {
  const head = { subject: table };
  const bad = fields.filter(({ status }) => status !== "clean");
  const groups = Map.groupBy(bad, ({ field, detector, status }) => tupleText([field, detector, status]));
  const found = [...groups.values()].flatMap((group): readonly TableFinding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const dates = group.flatMap(({ date }) => (date === undefined ? [] : [date])).toSorted();
    const detail = `${first.field} (${first.detector}): ${first.detail}`;
    return [{ ...head, status: first.status, dates, detail }];
  });
  const failed = messages.map((detail): TableFinding => ({
    ...head,
    status: "check-failed",
    dates: [],
    detail,
  }));
  return [...failed, ...found];
}
