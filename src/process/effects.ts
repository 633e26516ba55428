import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { createRedact, secretsOf } from "../domain/redact.ts";
import { styleText } from "node:util";
import type { TerminalText } from "../report/text/terminal-text.ts";
import type { Opening, WarehousePlace } from "../engines/engine.ts";
import type { RunEffects, RunEvent } from "../run/run-event.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** The signals by which an operator or a machine asks for an end. */
export const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A stream that the command line writes to, and what whoever looks at it can see. */
export type Output = {
  /** Writes a text and ends its line. */
  readonly line: (text: TerminalText) => unknown;
  /** Puts a text in the place of the line that is not ended yet. */
  readonly redraw: (text: TerminalText) => unknown;
  readonly isTerminal: boolean;
  readonly hasColours: boolean;
  /** Width in characters; undefined where nothing limits a line. */
  readonly columns: number | undefined;
};

/** What the shells take from outside, and where they write. */
export type ShellEffects = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells of signals; one that somebody listens to does not end the process. */
  readonly signals: Signals;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  readonly now: () => Date;
  /** Waits so many milliseconds, or until the signal is raised. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Opens what an address names; whoever opens disposes. */
  readonly openPlace: (place: WarehousePlace, opening: Opening) => Promise<Warehouse>;
};

type Listen = (signal: NodeJS.Signals, listener: () => void) => unknown;
type Signals = { readonly on: Listen; readonly once: Listen; readonly off: Listen };

/** The effects of this process. */
export function openProcess(process: NodeJS.Process): ShellEffects {
  return {
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    environment: process.env,
    signals: process,
    exit: (code) => process.exit(code),
    now: () => new Date(),
    pause: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
    openPlace: (place, opening) => place.open(opening),
  };
}

/**
 * Node decides on colours: by the terminal, NO_COLOR and FORCE_COLOR. A reader who has gone, as `head` does, misses the
 * rest, and the work goes on.
 */
function outputTo(stream: NodeJS.WriteStream): Output {
  stream.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EPIPE") throw cause;
  });
  return {
    line: (text) => stream.write(`${text}\n`),
    redraw: (text) => stream.write(`\r\u001B[K${text}`),
    isTerminal: stream.isTTY,
    hasColours: styleText("bold", "bold", { stream }) !== "bold",
    columns: stream.columns,
  };
}

/**
 * What a run takes from outside: clock, randomness, environment, and an abort signal raised by what interrupts a process.
 * A second interruption ends the process at once.
 */
export function openEffects(
  { signals, environment, exit, now }: ShellEffects,
  emit: (event: RunEvent) => void,
): RunEffects & Disposable {
  const controller = new AbortController();
  function abort(): void {
    if (controller.signal.aborted) exit(130);
    controller.abort();
  }
  for (const signal of interruptions) signals.on(signal, abort);
  return {
    now,
    randomId: () => randomBytes(4).toString("hex"),
    emit,
    holder: holderOf(environment),
    environment: Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    redact: createRedact(secretsOf(environment)),
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of interruptions) signals.off(signal, abort);
    },
  };
}

function holderOf({ USER, LOGNAME }: ShellEffects["environment"]): string {
  return `${USER ?? LOGNAME ?? "somebody"} on ${hostname()}, process ${process.pid}`;
}
