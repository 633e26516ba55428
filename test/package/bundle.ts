import { globSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { build, type Plugin } from "rolldown";
import { z } from "zod";

/** Packages that stay beside the bundle: DuckDB is a library of the machine. */
const external = ["@duckdb/node-api"];

/**
 * Takes `node:http` as a function gives it. An import of it reads all that it exports, which loads Node's WebSocket with the
 * whole of its fetch: a fifth of what an action takes to start.
 */
const lazyHttp: Plugin = {
  name: "lazy-http",
  resolveId: (source) => (/^(?:node:)?http$/.test(source) ? "\0lazy-http.cjs" : undefined),
  load: (id) =>
    id === "\0lazy-http.cjs" ? 'module.exports = process.getBuiltinModule("node:http");' : undefined,
};

/** Names of the actions, which are those of their folders. */
export function actionNames(root: string): readonly string[] {
  return globSync("actions/*/index.ts", { cwd: root })
    .map((path) => basename(dirname(path)))
    .toSorted();
}

/**
 * Builds the command line and the actions, with the packages that they use, as JavaScript for Node 22 into a folder, and
 * the licences of these packages beside it. Names are kept as written, so that a stack can be read.
 */
export async function bundle(root: string, folder = join(root, "dist")): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const actions = actionNames(root).map((name) => [`actions/${name}`, `actions/${name}/index.ts`]);
  const { output } = await build({
    cwd: root,
    input: { "cli/cascade": "src/cli/start-cli.ts", ...Object.fromEntries(actions) },
    platform: "node",
    external,
    plugins: [lazyHttp],
    transform: { target: "node22" },
    logLevel: "warn",
    output: { dir: folder, format: "esm", chunkFileNames: "chunks/[name]-[hash].js", comments: false },
  });
  const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "licences.txt"), await licencesOf(modules));
}

/** The licences of all packages that the modules come from, one after the other. */
async function licencesOf(modules: readonly string[]): Promise<string> {
  const folders = new Set(
    modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  const texts = await Promise.all([...folders].toSorted().map(licenceOf));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default("no licence stated"),
});

async function licenceOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  const { name, version, license } = packageSchema.parse(JSON.parse(text));
  const files = globSync("{licen[cs]e,LICEN[CS]E,Licen[cs]e}*", { cwd: folder }).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return `${name} ${version} (${license})\n\n${texts.join("\n").trim()}\n`;
}
