import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isStale, type RememberedRows, type RowMemory } from "./row-memory.ts";
import type { Row } from "./warehouse.ts";

/** A database file that this process has attached, so that no other engine writes it. */
export type KnownFile = {
  readonly path: string;
  /** Beside text, parameters and rows, what answers follow from: release and settings of the engine. */
  readonly ground: string;
  readonly memory: RowMemory;
  /** What it was when it was attached. */
  readonly attached: Stamp | undefined;
};

/** Which file it is, and all of that together with what changes with any write. */
type Stamp = { readonly identity: string; readonly whole: string };

/** Longer than any tick of the clock of a file system that counts in parts of a millisecond. */
const tickMs = 25;

/** What is known beyond this is measured anew. */
const mostText = 16_000_000;

/** Where what was known of a database file stands when nobody has it open. */
export function knownPathOf(databasePath: string): string {
  return `${databasePath}.known`;
}

/**
 * What tells that nobody has written a file: which one it is, its size, and when its content or anything about it last
 * changed, a time that nobody can set. Undefined where this is not sure: where there is no file, where a log beside it
 * holds writes, and where the file system's clock is too coarse. The file is not opened for that: to close it again would
 * take the engine's lock away.
 */
export function stampOf(path: string): Stamp | undefined {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    if (ctimeNs % 1_000_000n === 0n || [path, realpathSync(path)].some(hasLog)) return undefined;
    const identity = `${dev} ${ino}`;
    return { identity, whole: [identity, size, mtimeNs, ctimeNs].join(" ") };
  } catch {
    return undefined;
  }
}

/** Whether beside the file stand writes that are not in it yet. */
function hasLog(path: string): boolean {
  const name = `${basename(path)}.`;
  return readdirSync(dirname(path)).some((entry) => entry.startsWith(name) && /\.wal\b/.test(entry));
}

/**
 * Takes over what was known of a file when it was last let go of, if nobody has written it since. `before` is its stamp
 * before it was attached: what stands under its name may be exchanged meanwhile.
 */
export function recallFile(file: Omit<KnownFile, "attached">, before: Stamp | undefined): KnownFile {
  const { path, ground, memory } = file;
  const attached = stampOf(path);
  if (attached === undefined || attached.whole !== before?.whole) return { ...file, attached };
  const text = readRecord(path);
  const end = text.indexOf("\n");
  const known = text.slice(end + 1);
  if (text.slice(0, end) === headOf({ stamp: attached.whole, ground, known }))
    memory.learn(new Map(JSON.parse(known) as readonly (readonly [string, RememberedRows])[]));
  return { ...file, attached };
}

/** A file that may be written has no record meanwhile, so that a process which dies leaves none. */
export function forgetFile({ path }: Pick<KnownFile, "path">): void {
  rmSync(knownPathOf(path), { force: true });
}

/**
 * Lets go of a file and leaves beside it what is known of it, for whoever opens it next. `settle` writes all into it.
 * Nothing is left where somebody else may have written; where it cannot be left, it is measured next time.
 */
export async function keepFile(
  file: KnownFile,
  { settle, letGo }: { readonly settle: () => Promise<void>; readonly letGo: () => Promise<void> },
): Promise<void> {
  const { path, ground, memory } = file;
  const stamp = await settledStamp(file, settle);
  await letGo();
  if (stamp === undefined || stampOf(path)?.whole !== stamp.whole) return;
  const known = JSON.stringify(portable(memory.standing()));
  try {
    writeFileSync(knownPathOf(path), `${headOf({ stamp: stamp.whole, ground, known })}\n${known}`);
  } catch {
    forgetFile({ path });
  }
}

/** The stamp of the file while it is still attached, once a write of anybody else would give it another one. */
async function settledStamp(
  { path, memory, attached }: KnownFile,
  settle: () => Promise<void>,
): Promise<Stamp | undefined> {
  if (attached === undefined || memory.standing().size === 0) return undefined;
  const isSettled = await settle().then(
    () => true,
    () => false,
  );
  const stamp = stampOf(path);
  if (!isSettled || stamp === undefined || stamp.identity !== attached.identity) return undefined;
  if (!memory.wasTold() && stamp.whole !== attached.whole) return undefined;
  return (await passTick(path)) ? stamp : undefined;
}

/** Waits until the clock has moved on since the last write; false where that one lies in the future. */
async function passTick(path: string): Promise<boolean> {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Infinity);
  if (age >= 0 && age < tickMs) await wait(tickMs - age);
  return age >= 0;
}

function readRecord(path: string): string {
  try {
    return readFileSync(knownPathOf(path), "utf8");
  } catch {
    return "";
  }
}

function headOf(record: { stamp: string; ground: string; known: string }): string {
  const { stamp, ground, known } = record;
  return createHash("sha256")
    .update(JSON.stringify([stamp, ground, known]))
    .digest("hex");
}

type Standing = ReturnType<RowMemory["standing"]>;

/** What was used last, whole and as far as text holds it exactly. */
function portable(standing: Standing): readonly (readonly [string, RememberedRows])[] {
  let length = 0;
  const kept = [...standing].toReversed().filter(([question, answer]) => {
    if (isStale(answer) || !answer.rows.every(isExact)) return false;
    length += question.length + JSON.stringify(answer).length;
    return length <= mostText;
  });
  return kept.toReversed();
}

function isExact(row: Row): boolean {
  return Object.values(row).every(
    (value) => typeof value === "string" || value === null || Number.isSafeInteger(value),
  );
}
