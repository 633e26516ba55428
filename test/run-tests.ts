import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");
/** Processes at a time; a little more than there are cores for the time in which one waits. */
const concurrency = 3;
const [pattern = "test/**/*.test.ts"] = process.argv.slice(2);
const files = globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] })
  .toSorted()
  .map((file) => join(root, file));
const isFull = (file: string): boolean => file.endsWith(".full.test.ts");
const cache = join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "shares-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const fast = processesOf(files.filter((file) => !isFull(file)));
const full = files.filter(isFull);

/** CPU seconds of this process and of all that it started and saw end, and seconds by the clock since it began. */
type Spent = { readonly cpu: number; readonly clock: number };

// Every test (or those of a pattern) in one run with one summary at its end: first the fast ones, then the others.
// It has failed until the runner says of all of them that they passed.
process.exitCode = 1;
const tests = run({ cwd: root, files: [...fast, ...full], concurrency });
const unfinished = new Set(fast);
let untilFull: Spent = { cpu: 0, clock: 0 };
tests.on("test:summary", ({ file, success }) => {
  if (file === undefined) process.exitCode = success && files.length > 0 ? 0 : 1;
  else if (unfinished.delete(file) && unfinished.size === 0) untilFull = spentSoFar();
});
const report = tests.compose(new spec());
report.on("end", () => process.stdout.write(`${costOf(untilFull, spentSoFar())}\n`));
report.pipe(process.stdout, { end: false });

/**
 * The files to start for fast tests, dealt out. To load the product and warm it up costs a process more than most of them do
 * in it, so that many share one; a file that changes what a whole process has, or with hooks outside of a suite, does not.
 * The full ones do not share: some change the working folder by what they import.
 */
function processesOf(tests: readonly string[]): readonly string[] {
  const isAlone = (file: string): boolean =>
    /process\.chdir\(|^(?:before|after)(?:Each)?\(/m.test(readFileSync(file, "utf8"));
  const { alone = [], others = [] } = Object.groupBy(tests, (file) => (isAlone(file) ? "alone" : "others"));
  const shares = Object.groupBy(others, (file) => others.indexOf(file) % concurrency);
  const shared = Object.entries(shares).map(([share, of = []]) => {
    const file = join(folder, `share-${share}.mjs`);
    writeFileSync(file, of.map((each) => `await import(${JSON.stringify(pathToFileURL(each))});\n`).join(""));
    return file;
  });
  return [...shared, ...alone];
}

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
  return `fast: ${fastText}; full: ${restText}; together ${allText}`;
}
