import assert from "node:assert/strict";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { start } from "../cli/cascade.ts";

const root = join(import.meta.dirname, "../..");
/** Everything that `npm pack` reads; packing lays files over it, so it is done in a copy. */
const files = ["package.json", "README.md", "CHANGELOG.md", "LICENSE"];
const folders = [".github/workflows", "actions", "docs", "runbooks", "src", "test/package"];

/**
 * Packs a copy of this repository, `repository` in the folder, with some files of nobody's business beside, and installs
 * the package in the folder `home` beside it, which is a package of its own.
 */
export async function installPackage(folder: string, strangers: readonly string[] = []): Promise<void> {
  const [copy, home] = [join(folder, "repository"), join(folder, "home")];
  for (const path of [...files, ...folders]) {
    await cp(join(root, path), join(copy, path), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  for (const path of strangers) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), "mine");
  }
  await npm(copy, "pack", "--pack-destination", folder);
  await mkdir(home);
  await writeFile(join(home, "package.json"), "{}");
  const archive = join(folder, "cascade-backfill-0.1.0.tgz");
  await npm(home, "install", archive, "--prefer-offline", "--no-audit", "--no-fund");
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await start("npm", args, { cwd }).ended;
  assert.equal(code, 0, stderr);
}
