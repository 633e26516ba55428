import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readTreeFile, treeOf } from "./git-objects.ts";
import type { GitHubState } from "./state.ts";

/** Folders that were written for commits made through the API, by commit. */
export type Folders = Map<string, Disposable & { readonly folder: string }>;

/** A folder with the files of a commit: its own, or a copy with what the API wrote on top. */
export function materializeCommit(
  state: GitHubState,
  folders: Folders,
  sha: string | undefined,
): string | undefined {
  const tree = treeOf(state, sha);
  if (tree === undefined || sha === undefined) return undefined;
  if (tree.folder !== undefined && tree.files.size === 0) return tree.folder;
  const known = folders.get(sha);
  if (known !== undefined) return known.folder;
  const folder = mkdtempSync(join(tmpdir(), "cascade-commit-"));
  if (tree.folder !== undefined) {
    cpSync(tree.folder, folder, {
      recursive: true,
      filter: (path) => !/(?:^|\/)(?:node_modules|\.git)$/.test(path),
    });
  }
  for (const path of tree.files.keys()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), readTreeFile(state, tree, path) ?? "");
  }
  folders.set(sha, { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) });
  return folder;
}
