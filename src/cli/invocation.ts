import type { Invocation } from "../domain/printed-command.ts";
import type { Options } from "../operations/typed/options.ts";
import type { ShellEffects } from "../process/effects.ts";

/** What was typed, and where. */
type Typed = { readonly options: Options; readonly effects: Pick<ShellEffects, "environment"> };

/** `npx cascade`, `npm run cascade` and `npm start`. */
const npmEvents: ReadonlySet<string> = new Set(["npx", "cascade", "start"]);

/** How whoever typed this command types: through npm where it was, and on their warehouse unless it is the usual one. */
export function invocationOf({ options, effects }: Typed): Invocation {
  const isThroughNpm = npmEvents.has(effects.environment["npm_lifecycle_event"] ?? "");
  const warehouse = options.warehouse === options.usualWarehouse ? undefined : options.warehouse;
  const prefix = isThroughNpm ? "npx cascade" : "cascade";
  return { prefix, warehouse, repository: options.text("repo") };
}
