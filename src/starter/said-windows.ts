import { readWindows } from "../runbook/read-windows/read-windows.ts";
import type { StarterSource } from "./found-table.ts";
import { allHistory } from "./guess-windows.ts";
import type { StarterStep, StepInput } from "./starter-step.ts";

/**
 * Steps with the windows that their statements say; where one does not say how far back it reads, with all history, which
 * is enough for whatever reads no later dates.
 */
export function withSaidWindows(
  steps: readonly StarterStep[],
  sources: readonly StarterSource[],
): readonly StarterStep[] {
  const tables = new Map<string, string>([
    ...sources.map(({ table }): [string, string] => [table, table]),
    ...steps.map(({ id, table }): [string, string] => [id, table]),
  ]);
  const dates = new Map<string, string>([
    ...sources.flatMap(({ table, date }): [string, string][] => {
      if (date.value.kind === "none") return [];
      return [[table, date.value.kind === "in-place" ? date.value.sql : date.value.name]];
    }),
    ...steps.map(({ table, date }): [string, string] => [table, date.value]),
  ]);
  return steps.map((step) => {
    const said = readWindows(step.text, dates);
    function windowsFor({ from }: StepInput): StepInput["windows"] {
      const table = tables.get(from) ?? from;
      if (!dates.has(table)) return { value: [{ kind: "same-date" }], why: "" };
      const windows = said.get(table);
      if (windows !== undefined) return { value: windows, why: "guessed: as the statement says" };
      const why = "guessed: all history, since the statement does not say how far back it reads";
      return { value: allHistory, why };
    }
    return { ...step, inputs: step.inputs.map((input) => ({ ...input, windows: windowsFor(input) })) };
  });
}
