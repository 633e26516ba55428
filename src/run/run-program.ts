import { ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { killTree, stopTree, type ProcessTree } from "./process-tree.ts";

/** A program of other people, and what it gets. */
export type Program = {
  /** The program and its arguments; no shell. */
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** From asking it to end to ending it. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Told each line of its standard output. */
  readonly onLine: (line: string) => void;
};

/** How a program ended. `missing`: there is no such program, or it may not be executed. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "missing"; readonly because: string }
  | { readonly kind: "not-started"; readonly because: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "interrupted" };

/** How a program ended, and the end of what it wrote to its standard error. */
export type ProgramResult = { readonly end: ProgramEnd; readonly stderr: string };

/** Characters of standard error that are kept, and of a line of standard output. */
const mostKept = 65_536;

/** What a timer can wait for. */
const longestMs = 2 ** 31 - 1;

/** How long what a program has written is waited for after its last process has ended. */
const drainMs = 1000;

/**
 * Runs a program in a process group of its own until it ends, exceeds its time or `signal` is aborted. Whatever the end,
 * nothing that it has started is left: each process is asked to end, and ended when it does not within `graceMs`.
 */
export async function runProgram(program: Program): Promise<ProgramResult> {
  if (program.signal.aborted) return { end: { kind: "interrupted" }, stderr: "" };
  const mark = { name: "CASCADE_STEP", value: randomUUID() };
  const child = startProgram(program, mark);
  if (!(child instanceof ChildProcess)) return { end: child, stderr: "" };
  const stderr = readTail(child.stderr);
  const lines = readLines(child.stdout, program.onLine);
  const started = await hasStarted(child);
  if (started !== undefined || child.pid === undefined) {
    return { end: started ?? { kind: "not-started", because: "it has no process" }, stderr: "" };
  }
  const tree = { leader: child.pid, mark: `${mark.name}=${mark.value}` };
  const end = await endOf(child, tree, program);
  await Promise.race([Promise.all([stderr.ended, lines]), wait(drainMs, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { end, stderr: stderr.text() };
}

type Child = ReturnType<typeof spawnProgram>;

function startProgram(
  program: Program,
  mark: { readonly name: string; readonly value: string },
): Child | ProgramEnd {
  try {
    return spawnProgram(program, { ...program.environment, [mark.name]: mark.value });
  } catch (cause) {
    return { kind: "not-started", because: cause instanceof Error ? cause.message : String(cause) };
  }
}

function spawnProgram({ argv: [name, ...rest], folder }: Program, env: Record<string, string>) {
  return spawn(name, rest, { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
}

/** Undefined once the program runs. */
async function hasStarted(child: ChildProcess): Promise<ProgramEnd | undefined> {
  try {
    await once(child, "spawn");
    child.on("error", () => undefined);
    return undefined;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return { kind: "missing", because: "there is no such program" };
    if (code === "EACCES") return { kind: "missing", because: "it may not be executed" };
    return { kind: "not-started", because: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Waits for the end of the first process, or makes it; then ends what it has left. */
async function endOf(child: ChildProcess, tree: ProcessTree, program: Program): Promise<ProgramEnd> {
  function killNow(): void {
    killTree(tree);
  }
  process.once("exit", killNow);
  const over = new AbortController();
  try {
    const end = await Promise.race([
      exitOf(child),
      limitOf(program, over.signal),
      interruptionOf(program, over.signal),
    ]);
    await stopTree(tree, program.graceMs);
    return end;
  } finally {
    over.abort();
    process.off("exit", killNow);
  }
}

function exitOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once("exit", (code, by) =>
      resolve(code === null ? { kind: "killed", by: String(by) } : { kind: "exited", code }),
    );
  });
}

function limitOf({ timeoutMs }: Program, over: AbortSignal): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "timed-out" }), Math.min(timeoutMs, longestMs));
    over.addEventListener("abort", () => clearTimeout(timer));
  });
}

function interruptionOf({ signal }: Program, over: AbortSignal): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    function stop(): void {
      resolve({ kind: "interrupted" });
    }
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { signal: over });
  });
}

/** Keeps the end of a stream. */
function readTail(stream: Readable): { readonly ended: Promise<void>; readonly text: () => string } {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text = (text + chunk).slice(-mostKept);
  });
  return {
    ended: ended(stream),
    // What was cut off begins in the middle of a word, which nobody would know for a secret.
    text: () => (text.length < mostKept ? text : text.slice(text.search(/\s/) + 1)),
  };
}

function readLines(stream: Readable, onLine: Program["onLine"]): Promise<void> {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    if (rest.length < mostKept) return;
    const end = endOfWords(rest);
    onLine(rest.slice(0, end));
    rest = rest.slice(end);
  });
  return ended(stream).then(() => (rest === "" ? undefined : onLine(rest)));
}

/** Where the last word of a long line begins, so that no secret is told in two halves; its end where it is one word. */
function endOfWords(text: string): number {
  const start = Math.max(text.lastIndexOf(" "), text.lastIndexOf('"'));
  return start > 0 ? start : text.length;
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once("close", () => resolve());
  });
}
