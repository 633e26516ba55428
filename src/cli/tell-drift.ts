import type { WarehouseState } from "../plan/plan.ts";
import type { Terminal } from "./terminal.ts";

/** Notes which sources do not exist and which tables are not as declared: what is shown rests on what can be read. */
export function tellDrift(terminal: Terminal, { drift = [] }: Pick<WarehouseState, "drift">): void {
  for (const line of drift) terminal.note(`Not as declared: ${line}`);
}
