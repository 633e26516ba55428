import { open, lstat, readdir, readFile } from "node:fs/promises";
import { makeOnce } from "../domain/make-once.ts";
import { findKey } from "../runbook/find-keys.ts";
import type { Place, Runbook } from "../runbook/runbook.ts";
import { createHash } from "node:crypto";
import { basename, join, relative, resolve } from "node:path";
import { Fault } from "../errors.ts";
import { findFolder } from "./find-runbook.ts";
import { checkSize, isHidden, largestFileBytes, type ListedFile } from "../runbook/check-size.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { parseRunbook } from "../runbook/parse-runbook.ts";
import { formatProblem, type Problem } from "../runbook/problem.ts";

let lastRead: { readonly digest: string; readonly text: RunbookText } | undefined;

const parseOnce = makeOnce(parseRunbook);

/**
 * Reads the runbook that an operator names: by its folder's name under `runbooks`, by the path of its folder or of its
 * runbook.yml, or by the name of an example where none of these is there. One that is read again as it was is not parsed
 * again. Faults: unknown-name when there is none, runbook-invalid with every problem it has.
 */
export async function readRunbook(nameOrPath: string): Promise<Runbook> {
  const text = await readRunbookText(nameOrPath);
  const parsed = parseOnce(text);
  if (parsed.kind !== "ok") throw invalidRunbook(text.folder, parsed.problems);
  return parsed.runbook;
}

function digestOf({ files, ...others }: RunbookText): string {
  return createHash("sha256")
    .update(JSON.stringify([others, [...files]]))
    .digest("hex");
}

/**
 * The files of the runbook that an operator names, unread; the same object as before while they are as they were. Faults:
 * unknown-name; runbook-invalid for links and too many files.
 */
export async function readRunbookText(nameOrPath: string): Promise<RunbookText> {
  const folder = await findFolder(nameOrPath);
  const text = {
    folder: relative(".", folder) || ".",
    name: basename(resolve(folder)),
    ...(await readFiles(folder)),
  };
  const digest = digestOf(text);
  if (lastRead?.digest !== digest) lastRead = { digest, text };
  return lastRead.text;
}

/**
 * Text of the folder's files by path with forward slashes. Hidden and very large ones are no part of a runbook: they are
 * only searched for keys. What lies under `.git` and `node_modules` is left alone.
 */
async function readFiles(folder: string): Promise<Required<Pick<RunbookText, "files" | "keysElsewhere">>> {
  const listed = await listFiles(folder);
  const problems = checkSize(listed);
  if (problems.length > 0) throw invalidRunbook(relative(".", folder) || ".", problems);
  const files = new Map<string, string>();
  const keysElsewhere: Place[] = [];
  for (const { path, size } of listed.filter(({ kind }) => kind === "file")) {
    const full = join(folder, path);
    if (!isHidden(path) && size <= largestFileBytes) {
      files.set(path, await readFile(full, "utf8"));
    } else {
      const found = await searchFile(full);
      if (found !== undefined) keysElsewhere.push({ file: path, ...found });
    }
  }
  return { files, keysElsewhere };
}

async function listFiles(folder: string): Promise<readonly ListedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => ({
      path: relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"),
      kind: entry.isFile() ? ("file" as const) : ("link" as const),
    }))
    .filter(({ path }) => !/(?:^|\/)(?:\.git|node_modules)\//.test(path));
  return Promise.all(
    found.map(async (entry) => ({ ...entry, size: (await lstat(join(folder, entry.path))).size })),
  );
}

/** The fault of a runbook with problems, each at its path from the current folder. */
export function invalidRunbook(folder: string, problems: readonly Problem[]): Fault {
  const placed = problems.map((problem) => {
    return { ...problem, place: { ...problem.place, file: join(folder, problem.place.file) } };
  });
  const lines = placed.map(formatProblem);
  const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
  return new Fault("runbook-invalid", `Cannot read the runbook "${folder}": ${count}\n${lines.join("\n")}`, {
    hint: "Correct the files at the places named.",
    problems: placed.map(({ place, message, hint }) => ({ ...place, message: `${message} (${hint})` })),
  });
}

const chunkBytes = 1_000_000;
/** Longer than what tells a key. */
const overlapBytes = 1000;

/** Where a file of any size first holds a key; undefined when it holds none or is no text, which a zero byte at its start tells. */
async function searchFile(path: string): Promise<Omit<Place, "file"> | undefined> {
  await using file = await open(path);
  const buffer = Buffer.alloc(overlapBytes + chunkBytes);
  let [kept, line] = [0, 1];
  for (let isFirst = true; ; isFirst = false) {
    const { bytesRead } = await file.read(buffer, kept, chunkBytes);
    if (bytesRead === 0) return undefined;
    const bytes = buffer.subarray(0, kept + bytesRead);
    if (isFirst && bytes.subarray(0, 8000).includes(0)) return undefined;
    const found = findKey(bytes.toString("latin1"));
    if (found !== undefined) return { line: line + found.line - 1, column: found.column };
    kept = Math.min(overlapBytes, bytes.length);
    line +=
      bytes
        .subarray(0, bytes.length - kept)
        .toString("latin1")
        .split("\n").length - 1;
    bytes.copyWithin(0, bytes.length - kept);
  }
}
