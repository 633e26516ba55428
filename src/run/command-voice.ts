import { createRedact, type Redact } from "../domain/redact.ts";
import type { RunEffects } from "./run-event.ts";

/** What a command says: lines as they come, and texts of it that are to be stored. */
export type CommandVoice = {
  readonly hear: (line: string) => void;
  /** Learns what a text of other lines masks, without telling them. */
  readonly learn: (text: string) => void;
  readonly redact: Redact;
};

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
  let redactMasked = createRedact(masked);
  function clean(text: string): string {
    return redactMasked(redact(text)).replaceAll(controls, "");
  }
  function keep(values: readonly string[]): void {
    if (values.length === 0) return;
    masked.push(...values);
    redactMasked = createRedact(masked);
    // A word of three letters would take half of the log with it.
    for (const value of values) if (createRedact([value])(value) !== value) mask?.(value);
  }
  return {
    hear(line) {
      const values = maskedBy(line);
      if (values.length > 0) keep(values);
      else emit({ kind: "command-printed", processor, line: clean(line) });
    },
    learn: (text) => keep(text.split(/\r?\n/).flatMap(maskedBy)),
    redact: clean,
  };
}

function maskedBy(line: string): readonly string[] {
  const value = maskLine.exec(line)?.[1];
  return value === undefined ? [] : [unescape(value)];
}

/** The runner's commands escape what would end their line. */
function unescape(value: string): string {
  return value.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
