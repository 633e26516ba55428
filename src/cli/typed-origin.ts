import { shellWord } from "../domain/printed-command.ts";
import { createRedact, secretsOf } from "../domain/redact.ts";
import type { RunOrigin } from "../ledger/record-run.ts";
import type { CommandContext } from "./command.ts";

const longestLine = 1000;

/** Why and by which line a command that writes was typed; no secret is kept of it. */
export function typedOrigin({ options, words, effects }: CommandContext): RunOrigin {
  const redact = createRedact(secretsOf(effects.environment));
  const line = ["cascade", ...words.map(shellWord)].join(" ");
  const reason = options.text("reason");
  const why = reason === undefined ? {} : { reason: redact(reason) };
  return { startedFrom: redact(line).slice(0, longestLine), ...why };
}
