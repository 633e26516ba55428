import { globSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const root = join(import.meta.dirname, "..");
const [pattern = "test/**/*.test.ts"] = process.argv.slice(2);
const files = globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] }).toSorted();
const isFull = (file: string): boolean => file.endsWith(".full.test.ts");

// Every test (or those of a pattern) in one run with one summary at its end: first those of `npm test`, then the others.
// It has failed until the runner says of all of them that they passed.
process.exitCode = 1;
const tests = run({
  cwd: root,
  files: [...files.filter((file) => !isFull(file)), ...files.filter(isFull)].map((file) => join(root, file)),
  concurrency: 3,
});
tests.on("test:summary", ({ file, success }) => {
  if (file === undefined) process.exitCode = success && files.length > 0 ? 0 : 1;
});
tests.compose(new spec()).pipe(process.stdout);
