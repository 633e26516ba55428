import { mkdir, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of this process whose files an engine may read and write whatever else is locked. */
export function scratchFolder(): string {
  return join(tmpdir(), `cascade-files-${process.pid}`);
}

/** Makes an empty folder for files that pass between an engine and this process; disposing removes it. */
export async function openScratch(prefix: string): Promise<AsyncDisposable & { readonly folder: string }> {
  const root = scratchFolder();
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root, `${prefix}-`));
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
      await rmdir(root).catch(() => undefined);
    },
  };
}
