import type { Options } from "../operations/typed/options.ts";
import type { ShellEffects } from "../process/effects.ts";

/**
 * The options on the warehouse that the text of the named runbook says it is at home in, unless the command or the
 * environment names one. Undefined where it says one that no runbook may name, which is told when the runbook is read.
 */
export async function atHome(
  options: Options,
  text: string | undefined,
  { CASCADE_WAREHOUSE = "" }: ShellEffects["environment"],
): Promise<Options | undefined> {
  if (options.text("warehouse") !== undefined || CASCADE_WAREHOUSE !== "") return options;
  // Most runbooks name none, and need not be parsed for that.
  if (text === undefined || !/^warehouse:/m.test(text)) return options;
  const { homeWarehouse } = await import("../runbook/home-warehouse.ts");
  const home = homeWarehouse(text);
  return home === undefined ? undefined : { ...options, warehouse: home, usualWarehouse: home };
}
