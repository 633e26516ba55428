import { noteSuspects, stateOfTables } from "../check-state.ts";
import type { GateDescription, TableFinding } from "../gate-description.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import { contractJson, statusOfViolation, type ContractTable } from "./contract-table.ts";
import { judgeContract } from "./judge-contract.ts";

/** Whether tables keep what the runbook declares. */
export const contractDescription: GateDescription<"contract"> = {
  judge: (scope, { answer }) => judgeContract(scope, answer),
  isAsked: () => true,
  check(tables) {
    const found = brokenTables(tables);
    const failed = tables.filter(({ status }) => status === "check-failed").length;
    const counts = { failed, found, of: tables.length, words: "break their contract" };
    return noteSuspects(stateOfTables(counts), tables);
  },
  findings: (tables) => tables.flatMap(tableFindings),
  headline: {
    tally: (tables) => ({ contractTables: brokenTables(tables) }),
    problems: ({ contractTables: tables }) => (tables === 0 ? [] : [{ kind: "contract-broken", tables }]),
  },
  checklist: undefined,
  findsTaints: false,
  isEssential: false,
  lacking: () => [],
  acceptable: (tables) =>
    tables.flatMap(({ table, violations }) =>
      violations.filter(({ of }) => of === "rows").map(({ check, date }) => ({ table, name: check, date })),
    ),
  json: contractJson,
};

function brokenTables(tables: readonly ContractTable[]): number {
  return tables.filter(({ status }) => status === "violated").length;
}

function tableFindings({ table, violations, messages }: ContractTable): readonly TableFinding[] {
  const head = { subject: table };
  const groups = Map.groupBy(violations, ({ check, level, note = "" }) => tupleText([check, level, note]));
  const found = [...groups.values()].flatMap((group): readonly TableFinding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { check, level, example, note } = first;
    const times = group.reduce((sum, { occurrences }) => sum + occurrences, 0);
    const dates = group.flatMap(({ date }) => (date === undefined ? [] : [date])).toSorted();
    const found = `${check}: ${times} times${example === "" ? "" : `, for example ${example}`}`;
    const detail = note === undefined ? found : `${found}; ${note}`;
    return [{ ...head, status: statusOfViolation[level], dates, detail }];
  });
  const failed = messages.map((detail): TableFinding => ({
    ...head,
    status: "check-failed",
    dates: [],
    detail,
  }));
  return [...failed, ...found];
}
