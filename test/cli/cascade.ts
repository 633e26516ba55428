import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { EventEmitter } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { main } from "../../src/cli.ts";
import type { Output, ShellEffects } from "../../src/process/effects.ts";

const root = join(import.meta.dirname, "..", "..");

/** Where children keep what they compiled, so that the next ones start faster. */
const compiled = join(root, "node_modules", ".cache", "compiled");

/** The folder of the runbook that most tests of the command line use, seen from the root of the repository. */
export const shopFolder = "test/fixtures/shop";

/** How a command or a program ended and what it wrote. */
export type Ending = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

type StartOptions = { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> };

/** A started program: what it has written to stderr so far can be waited for. It is killed where nobody waited for its end. */
export type Started = Disposable & {
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /** Resolves once stderr holds the text; rejects when the program ends without it. */
  readonly said: (text: string) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
};

/** Runs `cascade` to its end in this process, with the working folder of the tests: the root of the repository. */
export async function cascade(
  args: readonly string[],
  {
    environment = {},
    openPlace = (place, opening) => place.open(opening),
  }: Pick<StartOptions, "environment"> & Partial<Pick<ShellEffects, "openPlace">> = {},
): Promise<Ending> {
  const [out, notes]: [string[], string[]] = [[], []];
  const code = await main(args, {
    stdout: outputTo(out),
    stderr: outputTo(notes),
    environment: { ...inherited(), ...environment },
    signals: new EventEmitter(),
    exit: () => undefined,
    now: () => new Date(),
    // What is waited for goes on by itself; the wait only has to let it.
    pause: () => new Promise((resolve) => setTimeout(resolve, 400)),
    openPlace,
  });
  return { code, stdout: out.join(""), stderr: notes.join("") };
}

/** A stream that nobody looks at. */
function outputTo(texts: string[]): Output {
  return {
    line: (text) => texts.push(`${text}\n`),
    redraw: (text) => texts.push(text),
    isTerminal: false,
    hasColours: false,
    columns: undefined,
  };
}

/** Runs a command line as it is printed, on the database of the path; words with spaces may be given as `extra`. */
export async function typeLine(line: string, path: string, extra: readonly string[] = []): Promise<Ending> {
  const [program, ...args] = line.split(" ");
  assert.equal(program, "cascade", line);
  return cascade([...args, ...extra, "--warehouse", `duckdb:${path}`]);
}

/** Starts `cascade` in a process of its own, as people do. */
export function startCascade(args: readonly string[], options: StartOptions = {}): Started {
  return start(process.execPath, [join(root, "src", "cli", "start-cli.ts"), ...args], options);
}

/** Starts any program in the environment of the tests, without what would change the output of `cascade`. */
export function start(program: string, args: readonly string[], options: StartOptions = {}): Started {
  const child = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...inherited(), NODE_COMPILE_CACHE: compiled, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return follow(child);
}

/** The tests' environment without what would change the output; on one core, as `onOneCore` keeps a warehouse. */
function inherited(): NodeJS.ProcessEnv {
  const { CASCADE_WAREHOUSE: _, FORCE_COLOR: __, NO_COLOR: ___, GITHUB_ACTIONS: ____, ...rest } = process.env;
  return { CASCADE_THREADS: "1", ...rest };
}

function follow(child: ChildProcessByStdio<null, Readable, Readable>): Started {
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const watch of watchers) watch();
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => child.kill(signal),
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
    said: (text) =>
      new Promise((resolve, reject) => {
        function watch(): void {
          if (stderr.includes(text)) resolve();
        }
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`It ended without saying "${text}":\n${stderr}`)));
      }),
  };
}

/** A copy of the shop's runbook in `folder`, which is called `shop` as the runbook is, with some of its files changed. */
export async function copyShop(
  folder: string,
  changes: Readonly<Record<string, (text: string) => string>> = {},
): Promise<string> {
  await cp(join(root, shopFolder), folder, { recursive: true });
  for (const [file, change] of Object.entries(changes)) {
    const path = join(folder, file);
    await writeFile(path, change(await readFile(path, "utf8")));
  }
  return folder;
}
