import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { actionNames, bundle } from "./bundle.ts";
import { layOver, putBack } from "./laid-over.ts";
import { publishedAction, publishedManifest } from "./published-manifest.ts";

// What `npm pack` does first: builds `dist`, then puts what travels in the place of package.json and of the actions'
// declarations. `postpack` puts the repository's own back; so does the next `npm pack` where that one was killed.
const root = process.cwd();
await putBack(root);
await bundle(root);
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
const repository = server === undefined || name === undefined ? undefined : `${server}/${name}`;
const texts = new Map([["package.json", publishedManifest(await read("package.json"), repository)]]);
for (const action of actionNames(root)) {
  const path = `actions/${action}/action.yml`;
  texts.set(path, publishedAction(await read(path), action));
}
await layOver(root, texts);

function read(path: string): Promise<string> {
  return readFile(join(root, path), "utf8");
}
