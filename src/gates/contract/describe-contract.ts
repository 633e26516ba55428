import { noteSuspects, stateOfTables } from "../check-state.ts";
import type { GateDescription, TableFinding } from "../gate-description.ts";
import { contractJson, type ContractTable } from "./contract-table.ts";
import { judgeContract } from "./judge-contract.ts";

/** Whether tables keep what the runbook declares. */
export const contractDescription: GateDescription<"contract"> = {
  judge: (scope, { answer }) => judgeContract(scope, answer),
  isAsked: () => true,
  check(tables) {
    const found = brokenTables(tables);
    const failed = tables.filter(({ status }) => status === "check-failed").length;
    const suspect = tables.filter(({ status }) => status === "suspect").length;
    const counts = { failed, found, of: tables.length, words: "break their contract" };
    return noteSuspects(stateOfTables(counts), suspect);
  },
  findings: (tables) => tables.flatMap(tableFindings),
  headline: {
    tally: (tables) => ({ contractTables: brokenTables(tables) }),
    problems: ({ contractTables: tables }) => (tables === 0 ? [] : [{ kind: "contract-broken", tables }]),
  },
  checklist: undefined,
  isEssential: false,
  lacking: () => [],
  json: contractJson,
};

function brokenTables(tables: readonly ContractTable[]): number {
  return tables.filter(({ status }) => status === "violated").length;
}

function tableFindings({ table, violations, messages }: ContractTable): readonly TableFinding[] {
  const head = { subject: table };
  const groups = Map.groupBy(violations, ({ check }) => check);
  const found = [...groups].map(([check, group]): TableFinding => {
    const times = group.reduce((sum, { occurrences }) => sum + occurrences, 0);
    const dates = group.flatMap(({ date }) => (date === undefined ? [] : [date])).toSorted();
    const example = group[0]?.example ?? "";
    const detail = `${check}: ${times} times${example === "" ? "" : `, for example ${example}`}`;
    const status = group.some(({ level }) => level === "block") ? "violated" : "suspect";
    return { ...head, status, dates, detail };
  });
  const failed = messages.map((detail): TableFinding => ({
    ...head,
    status: "check-failed",
    dates: [],
    detail,
  }));
  return [...failed, ...found];
}
