import { mappingOf, textUnder } from "./defaults/written.ts";
import { ownAddress } from "./schema/value-schemas.ts";
import { parseYaml } from "./yaml-document.ts";

/** The address of the warehouse that the text of a runbook.yml names, if it names one that it may. */
export function homeWarehouse(text: string): string | undefined {
  const address = textUnder(mappingOf(parseYaml("runbook.yml", text).value), "warehouse");
  return ownAddress.safeParse(address).success ? address : undefined;
}
