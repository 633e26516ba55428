import { mappingOf, textUnder } from "./defaults/written.ts";
import { parseYaml } from "./yaml-document.ts";

/** The address of the warehouse that the text of a runbook.yml names, if it names one. */
export function homeWarehouse(text: string): string | undefined {
  if (!/^warehouse:/m.test(text)) return undefined;
  return textUnder(mappingOf(parseYaml("runbook.yml", text).value), "warehouse") || undefined;
}
