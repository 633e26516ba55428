import { stateOfTables } from "../check-state.ts";
import type { GateDescription } from "../gate-description.ts";
import { freshnessJson, latenessOf } from "./fresh-table.ts";
import { judgeFreshness } from "./judge-freshness.ts";

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
  isEssential: false,
  lacking: (tables) =>
    tables.map(({ table, processor, missing }) => ({ table, processor, missing, low: [] })),
  json: freshnessJson,
};
