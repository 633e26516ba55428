import type { ContaminationTable } from "../../gates/contamination/contamination-table.ts";
import type { ContractTable } from "../../gates/contract/contract-table.ts";
import type { GapTable } from "../../gates/gaps/gap-table.ts";
import type { ReportFacts } from "../facts.ts";
import type { ReportFinding } from "../model.ts";

const mostFindings = 5000;

/** What the gates found, a line per table and question, with its dates; what could not be asked is a finding too. */
export function buildFindings({ gates }: ReportFacts): readonly ReportFinding[] {
  const found = [
    ...(gates.gaps?.tables ?? []).flatMap(gapFindings),
    ...(gates.contamination ?? []).flatMap(contaminationFindings),
    ...(gates.contract ?? []).flatMap(contractFindings),
    ...(gates.coverage?.failed ?? []).map(({ processor, message }): ReportFinding => {
      return { check: "coverage", subject: processor, status: "check-failed", dates: [], detail: message };
    }),
  ];
  return found.slice(0, mostFindings);
}

function gapFindings({ table, status, missing, low, message }: GapTable): readonly ReportFinding[] {
  const head = { check: "gaps", subject: table } as const;
  const fewest = Math.min(...low.map(({ rows }) => rows));
  return [
    ...(message === undefined ? [] : [{ ...head, status, dates: [], detail: message }]),
    ...(missing.length === 0 ? [] : [{ ...head, status: "missing", dates: missing, detail: "no rows" }]),
    ...(low.length === 0
      ? []
      : [{ ...head, status: "low", dates: low.map(({ date }) => date), detail: `as few as ${fewest} rows` }]),
  ];
}

function contaminationFindings({ table, fields, messages }: ContaminationTable): readonly ReportFinding[] {
  const head = { check: "contamination", subject: table } as const;
  const bad = fields.filter(({ status }) => status !== "clean");
  const groups = Map.groupBy(bad, ({ field, detector, status }) => JSON.stringify([field, detector, status]));
  const found = [...groups.values()].flatMap((group): readonly ReportFinding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const dates = group.flatMap(({ date }) => (date === undefined ? [] : [date])).toSorted();
    const detail = `${first.field} (${first.detector}): ${first.detail}`;
    return [{ ...head, status: first.status, dates, detail }];
  });
  const failed = messages.map((detail): ReportFinding => ({
    ...head,
    status: "check-failed",
    dates: [],
    detail,
  }));
  return [...failed, ...found];
}

function contractFindings({ table, violations, messages }: ContractTable): readonly ReportFinding[] {
  const head = { check: "contract", subject: table } as const;
  const groups = Map.groupBy(violations, ({ check }) => check);
  const found = [...groups].map(([check, group]): ReportFinding => {
    const times = group.reduce((sum, { occurrences }) => sum + occurrences, 0);
    const dates = group.flatMap(({ date }) => (date === undefined ? [] : [date])).toSorted();
    const example = group[0]?.example ?? "";
    const detail = `${check}: ${times} times${example === "" ? "" : `, for example ${example}`}`;
    return { ...head, status: "violated", dates, detail };
  });
  const failed = messages.map((detail): ReportFinding => ({
    ...head,
    status: "check-failed",
    dates: [],
    detail,
  }));
  return [...failed, ...found];
}
