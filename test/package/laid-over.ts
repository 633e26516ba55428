import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Where the repository's own files lie while those of the package are in their place. */
const kept = "dist/.repository";

/** Puts texts in the place of files of the repository, which `putBack` undoes. */
export async function layOver(root: string, texts: ReadonlyMap<string, string>): Promise<void> {
  for (const path of texts.keys()) {
    await mkdir(dirname(join(root, kept, path)), { recursive: true });
    await cp(join(root, path), join(root, kept, path));
  }
  await writeFile(join(root, kept, "paths.json"), JSON.stringify([...texts.keys()]));
  for (const [path, text] of texts) await writeFile(join(root, path), text);
}

/** Puts the repository's own files back; does nothing where they are in their place. */
export async function putBack(root: string): Promise<void> {
  const list = join(root, kept, "paths.json");
  if (existsSync(list)) {
    const paths: readonly string[] = JSON.parse(await readFile(list, "utf8"));
    for (const path of paths) await cp(join(root, kept, path), join(root, path));
  }
  await rm(join(root, kept), { recursive: true, force: true });
}
