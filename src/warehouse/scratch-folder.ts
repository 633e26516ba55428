import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Fault } from "../errors.ts";

/** Of this process, and nothing that another user of the machine could guess and lay something under. */
const own = `${process.pid}-${randomBytes(8).toString("hex")}`;

/** The folder of this process whose files an engine may read and write whatever else is locked. */
export function scratchFolder(): string {
  return join(tmpdir(), `cascade-files-${own}`);
}

/**
 * Makes an empty folder for files that pass between an engine and this process; disposing removes it. Fault:
 * warehouse-unusable where somebody else has made the folder around it. The folder around it is made and removed in one
 * turn each, so that cells side by side do not remove it from under each other.
 */
export async function openScratch(prefix: string): Promise<AsyncDisposable & { readonly folder: string }> {
  const root = scratchFolder();
  makeRoot(root);
  const folder = mkdtempSync(join(root, `${prefix}-`));
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
      removeEmpty(root);
    },
  };
}

function makeRoot(root: string): void {
  try {
    mkdirSync(root, { mode: 0o700 });
  } catch (cause) {
    refuseForeign(root, cause);
  }
}

/** Others may have folders in it still, or have removed it. */
function removeEmpty(root: string): void {
  try {
    rmdirSync(root);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(code)) throw cause;
  }
}

/** What is there already is left from this process, or laid there by somebody who wants to read or change its files. */
function refuseForeign(root: string, cause: unknown): void {
  if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  const found = lstatSync(root);
  if (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0) return;
  throw new Fault("warehouse-unusable", `Cannot use "${root}": somebody else has made it`, {
    hint: "Remove it, or name another folder for temporary files by TMPDIR",
    cause,
  });
}
