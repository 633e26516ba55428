import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A child process of a step: what to start, where, and what ends it early. */
export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Asks the process to end, with signals that grow stronger. */
  readonly signal: AbortSignal;
  /** Ends the process at once. */
  readonly kill: AbortSignal;
  /** Between interrupt, terminate and kill; the real runner waits 7.5 and 2.5 seconds. */
  readonly graceMs: number;
  readonly onLine: (line: string) => void;
};

const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));

/** Runs a process to its end and answers its exit code; 143 when a signal ended it. */
export async function runProcess(command: Command): Promise<number> {
  const { file, args, env, cwd } = command;
  const child = spawn(file, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 143));
  });
  const timers = stopOnAbort(child, command);
  try {
    await Promise.all([readLines(child.stdout, command), readLines(child.stderr, command), ended]);
    return await ended;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    running.delete(child);
  }
}

async function readLines(stream: Readable, { onLine }: Command): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
}

function stopOnAbort(child: ChildProcess, { signal, kill, graceMs }: Command): NodeJS.Timeout[] {
  const timers: NodeJS.Timeout[] = [];
  function stop(): void {
    signalGroup(child, "SIGINT");
    timers.push(setTimeout(() => signalGroup(child, "SIGTERM"), graceMs));
    timers.push(setTimeout(() => signalGroup(child, "SIGKILL"), graceMs * 2));
  }
  whenAborted(signal, stop);
  whenAborted(kill, () => signalGroup(child, "SIGKILL"));
  return timers;
}

function whenAborted(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) action();
  else signal.addEventListener("abort", action, { once: true });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended in between.
  }
}
