import { createRedact, type Redact } from "../domain/redact.ts";
import type { RunEffects } from "./run-event.ts";

/** What a command says: lines as they come, and texts of it that are to be stored. */
export type CommandVoice = { readonly hear: (line: string) => void; readonly redact: Redact };

/** A line by which a program tells GitHub's runner to mask a value in all that follows. */
const maskLine = /^\s*(?:::add-mask::|##\[add-mask\])(.+)$/;

// What a terminal or a ledger cannot show; the tab and the line's end are text.
// oxlint-disable-next-line no-control-regex
const controls = /\u001B\[[\d;?]*[ -/]*[@-~]|[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Tells the lines of a command as events, without secrets and control characters, and learns what it masks. */
export function commandVoice(
  { emit, redact, mask }: Pick<RunEffects, "emit" | "redact" | "mask">,
  processor: string,
): CommandVoice {
  const masked: string[] = [];
  function clean(text: string): string {
    return createRedact(masked)(redact(text)).replaceAll(controls, "");
  }
  return {
    hear(line) {
      const value = maskLine.exec(line)?.[1];
      if (value === undefined) return emit({ kind: "command-printed", processor, line: clean(line) });
      const secret = unescape(value);
      masked.push(secret);
      // A word of three letters would take half of the log with it.
      if (createRedact([secret])(secret) !== secret) mask?.(secret);
    },
    redact: clean,
  };
}

/** The runner's commands escape what would end their line. */
function unescape(value: string): string {
  return value.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
