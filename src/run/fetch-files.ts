import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { link, lstat, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createRedact } from "../domain/redact.ts";
import { shellWord } from "../domain/printed-command.ts";
import { Fault } from "../errors.ts";
import type { FetchCommand } from "../runbook/ingest.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { commandEnvironment } from "./command-environment.ts";
import { commandVoice, type CommandVoice } from "./command-voice.ts";
import { ownFolderOfLoad } from "./load-files.ts";
import { programEndText } from "./program-end.ts";
import type { RunEffects } from "./run-event.ts";
import { runProgram } from "./run-program.ts";

/** What the load of a runbook fetches, and the folder that holds it afterwards. */
type Fetching = {
  readonly runbook: Pick<Runbook, "name" | "folder">;
  readonly fetch: FetchCommand;
  readonly into: string;
};

/** What a fetch takes from outside; `say` is told each line that its program prints. */
export type FetchEffects = Pick<RunEffects, "environment" | "redact" | "mask" | "signal"> & {
  readonly say: (line: string) => void;
};

/** From asking a program to end to ending it. */
const graceMs = 2000;

/** Characters of a program's standard error that are told. */
const mostTold = 2000;

/** Lies in a folder that fetches have filled, and may therefore fill again. */
const markName = ".fetched";

/**
 * Runs the program that fetches the files of a load into a fresh folder, which takes the place of `into` once the program
 * has ended well: nothing half-filled is ever loaded. It sees what commands see, and the secrets that it names. Faults:
 * load-failed, interrupted.
 */
export async function fetchFiles(fetching: Fetching, effects: FetchEffects): Promise<void> {
  const into = resolve(await ownFolderOfLoad(fetching.into));
  await refuseOwnFiles(fetching.into);
  const secrets = secretsOf(fetching, effects);
  await mkdir(dirname(into), { recursive: true });
  const aside = join(dirname(into), `.${basename(into)}.before`);
  await restore(into, aside);
  const fresh = await mkdtemp(join(dirname(into), `.${basename(into)}-`));
  try {
    await runFetch({ ...fetching, fresh, secrets }, effects);
    if ((await readdir(fresh)).length === 0) throw fetchFault(fetching, "it ended well and left no file");
    await writeFile(join(fresh, markName), "");
    await keepUnchanged(into, fresh);
    if (existsSync(into)) await rename(into, aside);
    await rename(fresh, into);
    await rm(aside, { recursive: true, force: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Puts back what a fetch that was killed in the midst of its last steps has left aside, or removes what it has replaced. */
async function restore(into: string, aside: string): Promise<void> {
  if (existsSync(into)) await rm(aside, { recursive: true, force: true });
  else if (existsSync(aside)) await rename(aside, into);
}

/** A file of the same content stays the file that it was, with its time: it is not loaded again. */
async function keepUnchanged(into: string, fresh: string): Promise<void> {
  const entries = await readdir(fresh, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const before = join(into, relative(fresh, path));
    if (!(await isSameFile(before, path))) continue;
    await rm(path);
    await link(before, path);
  }
}

async function isSameFile(before: string, now: string): Promise<boolean> {
  const [old, found] = await Promise.all([lstat(before).catch(() => undefined), lstat(now)]);
  if (old?.isFile() !== true || old.size !== found.size) return false;
  return (await digestOfFile(before)) === (await digestOfFile(now));
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** What people have put into the folder themselves is theirs. */
async function refuseOwnFiles(folder: string): Promise<void> {
  const found = await readdir(folder).catch((): readonly string[] => []);
  if (found.length === 0 || found.includes(markName)) return;
  throw new Fault(
    "load-failed",
    `Cannot fetch into "${folder}": it holds files that no fetch has put there`,
    {
      hint: "Name a folder of its own as `from` of the runbook's load, or remove these files",
    },
  );
}

type Secrets = Readonly<Record<string, string>>;

function secretsOf({ runbook, fetch }: Fetching, { environment }: FetchEffects): Secrets {
  const missing = fetch.secrets.filter((name) => (environment[name] ?? "") === "");
  if (missing.length === 0)
    return Object.fromEntries(fetch.secrets.map((name) => [name, environment[name] ?? ""]));
  throw new Fault(
    "load-failed",
    `Cannot fetch the files of ${runbook.name}: ${missing.join(", ")} is not set`,
    {
      hint: `Set the variable ${missing[0]} and type the command again; on GitHub, add a secret of this name to the repository`,
    },
  );
}

async function runFetch(
  fetching: Fetching & { readonly fresh: string; readonly secrets: Secrets },
  effects: FetchEffects,
): Promise<void> {
  const { runbook, fetch, fresh, secrets } = fetching;
  const [program = "", ...rest] = fetch.argv;
  const voice = fetchVoice(Object.values(secrets), effects);
  const { end, stderr } = await runProgram({
    argv: [program, ...rest],
    folder: runbook.folder,
    environment: { ...commandEnvironment(effects.environment), ...secrets, CASCADE_FETCH_DIR: fresh },
    timeoutMs: fetch.timeoutSeconds * 1000,
    graceMs,
    signal: effects.signal,
    onLine: voice.hear,
  });
  voice.learn(stderr);
  if (end.kind === "exited" && end.code === 0) return;
  if (end.kind === "interrupted") {
    throw new Fault("interrupted", `Stopped while fetching the files of ${runbook.name}`, {
      hint: "Type the command again: the files from before are as they were",
    });
  }
  const words = voice.redact(stderr).replaceAll(fresh, "<files>").trim().slice(-mostTold);
  throw fetchFault(fetching, `${programEndText(end, fetch)}${words === "" ? "" : `: ${words}`}`);
}

function fetchVoice(secrets: readonly string[], { say, redact, mask }: FetchEffects): CommandVoice {
  const hide = createRedact(secrets);
  return commandVoice(
    {
      emit: (event) => (event.kind === "command-printed" ? say(event.line) : undefined),
      redact: (text) => hide(redact(text)),
      ...(mask === undefined ? {} : { mask }),
    },
    "fetch",
  );
}

function fetchFault({ runbook, fetch }: Fetching, found: string): Fault {
  return new Fault("load-failed", `Cannot fetch the files of ${runbook.name}: ${found}`, {
    hint: `Run \`${fetch.argv.map(shellWord).join(" ")}\` by hand in ${runbook.folder} and mend what it reports, then type \`cascade load ${runbook.name}\`, or re-run the job on GitHub; what was loaded before stands`,
  });
}
