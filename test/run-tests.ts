import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const root = join(import.meta.dirname, "..");
const [pattern = "test/**/*.test.ts"] = process.argv.slice(2);
const files = globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] }).toSorted();
const isFull = (file: string): boolean => file.endsWith(".full.test.ts");
const fast = files.filter((file) => !isFull(file));
const full = files.filter(isFull);

/** CPU seconds of this process and of all that it started and saw end, and seconds by the clock since it began. */
type Spent = { readonly cpu: number; readonly clock: number };

// Every test (or those of a pattern) in one run with one summary at its end: first those of `npm test`, then the others.
// It has failed until the runner says of all of them that they passed.
process.exitCode = 1;
const tests = run({
  cwd: root,
  files: [...fast, ...full].map((file) => join(root, file)),
  concurrency: 3,
});
const unfinished = new Set(fast.map((file) => join(root, file)));
let untilFull: Spent = { cpu: 0, clock: 0 };
tests.on("test:summary", ({ file, success }) => {
  if (file === undefined) process.exitCode = success && files.length > 0 ? 0 : 1;
  else if (unfinished.delete(file) && unfinished.size === 0) untilFull = spentSoFar();
});
const report = tests.compose(new spec());
report.on("end", () => process.stdout.write(`${costOf(untilFull, spentSoFar())}\n`));
report.pipe(process.stdout, { end: false });

function spentSoFar(): Spent {
  const ticks = existsSync("/proc/self/stat")
    ? (readFileSync("/proc/self/stat", "utf8").split(") ")[1] ?? "")
    : "";
  // The 14th to 17th field of proc(5): user and system of the process, and of its children, in hundredths of a second.
  const hundredths = ticks.split(" ").slice(11, 15).map(Number);
  return { cpu: hundredths.reduce((sum, each) => sum + each, 0) / 100, clock: process.uptime() };
}

/** What both parts cost; the last files of the first run beside the first of the second. Nothing where no system tells. */
function costOf(first: Spent, all: Spent): string {
  if (all.cpu === 0) return "";
  const rest = { cpu: all.cpu - first.cpu, clock: all.clock - first.clock };
  const [fastText = "", restText = "", allText = ""] = [first, rest, all].map(
    ({ cpu, clock }) => `${Math.round(cpu)} CPU seconds in ${(clock / 60).toFixed(1)} minutes`,
  );
  return `npm test: ${fastText}; the full files: ${restText}; together ${allText}`;
}
