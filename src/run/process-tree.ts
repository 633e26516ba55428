import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** A program with all that it has started: it leads a process group, and its environment carries a mark. */
export type ProcessTree = {
  readonly leader: number;
  /** `NAME=value`, which children inherit. */
  readonly mark: string;
};

const pollMs = 50;

/** How often what cannot be waited for is killed again, since it may have started another one meanwhile. */
const mostKills = 20;

/**
 * Ends what is left of a tree: SIGTERM to each process, and SIGKILL to those that are still there after `graceMs`.
 * Resolves when none is left.
 */
export async function stopTree(tree: ProcessTree, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  const signalled = new Set<number>();
  for (let left = membersOf(tree); left.length > 0; left = membersOf(tree)) {
    if (performance.now() >= deadline) break;
    const strangers = left.filter((pid) => !signalled.has(pid));
    for (const pid of strangers) signalled.add(pid);
    signalEach(strangers, "SIGTERM");
    await wait(pollMs);
  }
  for (let kills = 0; kills < mostKills && killTree(tree); kills += 1) await wait(pollMs);
}

/** Sends SIGKILL to what is left of a tree; whether anything was. */
export function killTree(tree: ProcessTree): boolean {
  const left = membersOf(tree);
  signalEach(left, "SIGKILL");
  return left.length > 0;
}

/** Process ids; a negative one stands for a group, where the system does not list its processes. */
function membersOf(tree: ProcessTree): readonly number[] {
  const processes = listProcesses(tree);
  if (processes !== undefined) return processes;
  return signalEach([-tree.leader], 0) ? [-tree.leader] : [];
}

/** The living processes of a tree on Linux: its group, its session, descendants, and what carries the mark. */
function listProcesses({ leader, mark }: ProcessTree): readonly number[] | undefined {
  if (process.platform !== "linux") return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.flatMap((pid) => statusOf(pid) ?? []);
  const members = new Set<number>();
  for (const { pid, group, session } of found) {
    if (pid === leader || group === leader || session === leader || isMarked(pid, mark)) members.add(pid);
  }
  for (let size = -1; size !== members.size;) {
    size = members.size;
    for (const { pid, parent } of found) if (members.has(parent)) members.add(pid);
  }
  return [...members];
}

type Status = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
};

/** Undefined for a process that has ended, also one that nobody has waited for. */
function statusOf(name: string): Status | undefined {
  const text = readOwn(`/proc/${name}/stat`);
  const [state, parent, group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (state === undefined || state === "" || state === "Z" || state === "X") return undefined;
  return { pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session) };
}

function isMarked(pid: number, mark: string): boolean {
  return `\0${readOwn(`/proc/${pid}/environ`)}`.includes(`\0${mark}\0`);
}

/** Empty when the process has ended or is another user's. */
function readOwn(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Whether at least one of them was there. */
function signalEach(pids: readonly number[], signal: NodeJS.Signals | 0): boolean {
  return pids.map((pid) => sendSignal(pid, signal)).includes(true);
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
