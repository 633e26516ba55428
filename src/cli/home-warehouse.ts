import type { Options } from "../operations/typed/options.ts";
import { readRunbookFile } from "../run/read-runbook.ts";
import { homeWarehouse } from "../runbook/home-warehouse.ts";
import { defaultRunbook } from "./command.ts";
import type { ShellEffects } from "../process/effects.ts";

/** The options on the warehouse that the named runbook says it is at home in, unless the command or the environment names one. */
export async function atHome(
  options: Options,
  { CASCADE_WAREHOUSE = "" }: ShellEffects["environment"],
): Promise<Options> {
  if (options.text("warehouse") !== undefined || CASCADE_WAREHOUSE !== "") return options;
  const text = await readRunbookFile(options.positionals[0] ?? defaultRunbook);
  const home = text === undefined ? undefined : homeWarehouse(text);
  return home === undefined ? options : { ...options, warehouse: home, usualWarehouse: home };
}
