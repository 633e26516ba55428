import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";
import { cpuSeconds } from "./file-costs.ts";

const root = join(import.meta.dirname, "..");
/** Processes at a time; a little more than there are cores for the time in which one waits. */
const concurrency = 3;
/** How many full files share a process: few enough that the last to end leaves no core idle for long. */
const fullTogether = 6;
const [pattern = "test/**/*.test.ts"] = process.argv.slice(2);
const files = globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] })
  .toSorted()
  .map((file) => join(root, file));
const isFull = (file: string): boolean => file.endsWith(".full.test.ts");
const cache = join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const areCostsAsked = process.env["CASCADE_COSTS"] !== undefined;
const folder = mkdtempSync(join(cache, "shares-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
/** Fast ones are dealt out, since some folders cost more than others; full ones of a folder stay together. */
const fast = processesOf(
  files.filter((file) => !isFull(file)),
  (index) => `fast-${index % concurrency}`,
);
const full = processesOf(files.filter(isFull), (index) => `full-${Math.floor(index / fullTogether)}`);

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
 * The files to start for tests. To load the product and warm it up costs a process more than many of them do in it, so
 * that several share one, as `shareOf` says of the position.
 */
function processesOf(tests: readonly string[], shareOf: (index: number) => string): readonly string[] {
  const { alone = [], others = [] } = Object.groupBy(tests, (file) => (isAlone(file) ? "alone" : "others"));
  const shares = Object.groupBy(others, (file) => shareOf(others.indexOf(file)));
  return [
    ...alone.map((file) => writeShare(file.slice(root.length + 1).replaceAll("/", "-"), [file])),
    ...Object.entries(shares).map(([share, of = []]) => writeShare(share, of)),
  ];
}

/** A file that imports those of a share, and after each, where costs are asked for, has noted what it cost. */
function writeShare(share: string, of: readonly string[]): string {
  const path = join(folder, `${share}.mjs`);
  const lines = of.map((file) => {
    const note = `noteCost(${JSON.stringify(file.slice(root.length + 1))});\n`;
    return `await import(${JSON.stringify(pathToFileURL(file))});\n${areCostsAsked ? note : ""}`;
  });
  const noting = `import { noteCost } from ${JSON.stringify(pathToFileURL(join(root, "test/file-costs.ts")))};\n`;
  writeFileSync(path, [areCostsAsked ? noting : "", ...lines].join(""));
  return path;
}

/** Whether a file, or one beside it that it imports, changes what a whole process has, or has hooks outside of a suite. */
function isAlone(file: string): boolean {
  const text = readFileSync(file, "utf8");
  const imported = [...text.matchAll(/ from "\.\/([^/"]+)"/g)].map(([, name = ""]) =>
    join(dirname(file), name),
  );
  return [text, ...imported.map((each) => readFileSync(each, "utf8"))].some((each) =>
    /process\.chdir\(|^(?:before|after)(?:Each)?\(/m.test(each),
  );
}

function spentSoFar(): Spent {
  return { cpu: cpuSeconds(), clock: process.uptime() };
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
