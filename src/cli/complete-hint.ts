import { asTyped, shellWord, type Invocation } from "../domain/printed-command.ts";

/** Who reads a hint: how they type, and the runbook that their command named or takes by default. */
type Reader = { readonly invocation: Invocation; readonly runbook: string };

/** What `cascade` is followed by in a hint: the command, and options where it has some. */
const mentioned = /`(cascade ([a-z]+))((?: --[^`]*)?)`/g;

/**
 * A hint of a fault, which knows neither how its reader types nor where they work, with its commands as they can be pasted:
 * those that take a runbook name it, and the warehouse. `usageOf` gives the usage of a command by its name.
 */
export function completeHint(
  hint: string,
  { invocation, runbook }: Reader,
  usageOf: (name: string) => string | undefined,
): string {
  return hint.replaceAll(mentioned, (text, head: string, name: string, options: string) => {
    const usage = usageOf(name) ?? "";
    if (!usage.includes("[runbook]") || usage.includes("--repo ")) return text;
    return `\`${asTyped(`${head} ${shellWord(runbook)}${options}`, invocation)}\``;
  });
}
