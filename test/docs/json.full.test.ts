import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { printEverything, printed, type Output } from "./print-everything.ts";

const root = join(import.meta.dirname, "../..");
const shapesOfCode = join(import.meta.dirname, "shapes-of-code.ts");

const page = readFileSync(join(root, "docs/json.md"), "utf8");
let folder = "";
let outputs: readonly Output[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-json-"));
  outputs = await printEverything(folder);
});
after(() => rm(folder, { recursive: true, force: true }));

describe("docs/json.md", () => {
  it("has a section for every command that prints JSON", () => {
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
    const named = headings
      .flatMap((heading) => heading.match(/[a-z]+/g) ?? [])
      .filter((word) => word !== "and");
    assert.deepEqual(named.toSorted(), Object.keys(printed).toSorted());
    const tried = new Set(outputs.map(({ line }) => line.split(" ")[0] ?? ""));
    assert.deepEqual([...tried].toSorted(), named.toSorted(), "each is tried");
  });

  it("has the shape of everything that they print", async () => {
    const literals = outputs.map(
      ({ line, type, json }, index) => `// ${line}\nexport const output${index}: ${type} = ${json};`,
    );
    assert.deepEqual(await compile("outputs", [...shapesOfPage(), ...literals]), []);
  });

  it("has every word and key that the code may print", async () => {
    const types = [...(await readFile(shapesOfCode, "utf8")).matchAll(/^ {2}(?:'([^']+)'|(\w+)): /gm)];
    const checks = types.map(([, quoted, plain], index) => {
      const type = quoted ?? plain ?? "";
      return `export const code${index}: (shape: Plain<CodeShapes[${JSON.stringify(type)}]>) => ${type} = (shape) => shape;`;
    });
    assert.ok(checks.length > 10);
    const imports = `import type { CodeShapes, Plain } from ${JSON.stringify(shapesOfCode)};`;
    assert.deepEqual(await compile("code", [imports, ...shapesOfPage(), ...checks]), []);
  });

  it("refuses a key that is not there, and a word", async () => {
    const wrong = [
      "const strange: Init = { created: [], added: [], differences: [], more: 1 };",
      'const word: CoverageStatus = "fine";',
    ];
    assert.equal(
      (await compile("wrong", [...shapesOfPage(), ...wrong, "export { strange, word };"])).length,
      2,
    );
  });
});

/** The blocks of TypeScript of the page. */
function shapesOfPage(): readonly string[] {
  return [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** The compiler's errors about a module of some parts. */
async function compile(name: string, parts: readonly string[]): Promise<readonly string[]> {
  const config = {
    compilerOptions: {
      target: "esnext",
      module: "nodenext",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      typeRoots: [join(root, "node_modules/@types")],
      types: name === "code" ? ["node"] : [],
    },
    files: [`${name}.ts`],
  };
  await writeFile(join(folder, `${name}.ts`), `${parts.join("\n")}\nexport {};\n`);
  await writeFile(join(folder, `${name}.json`), JSON.stringify(config));
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [
    compiler,
    "-p",
    join(folder, `${name}.json`),
    "--pretty",
    "false",
  ]);
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
  const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
  return errors.slice(0, 20);
}
