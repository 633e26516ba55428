import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { markdownTable } from "markdown-table";
import { parse, stringify } from "yaml";
import { writeLargeRunbook } from "./large.bench.ts";
import type { Measured } from "./measure.ts";

/** One line of the result: what was measured, against what, and whether it keeps its limit. */
type Line = {
  readonly name: string;
  readonly measured: Measured;
  readonly against?: string;
  readonly limit?: string;
  readonly isKept?: boolean;
};

const root = join(import.meta.dirname, "..", "..");
const publicFolder = join(root, "..", "shared", "data");
const novemberAndDecember = ["2021-11-01", "2021-12-31"];
const wholeSeasons = ["2021-10-01", "2041-06-30"];
const repetitions = Number(process.env["BENCH_REPETITIONS"] ?? 5);
const seasonCounts = (process.env["BENCH_SEASONS"] ?? "1,5,10,20").split(",").map(Number);
const largeRows = Number(process.env["BENCH_ROWS"] ?? 20_000_000);
const run = promisify(execFile);

const folder = await mkdtemp(join(tmpdir(), "cascade-bench-"));
try {
  const lines = [
    ...(await benchCascade()),
    ...(await benchSeasons()),
    ...(await benchLarge()),
    await benchPlanner(),
    await benchCases(),
  ];
  console.log(renderLines(lines));
  if (lines.some(({ isKept }) => isKept === false)) console.log("\nA limit is not kept.");
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The engine against scripts with the same SQL, on one season. Each repetition measures all of them, one after another. */
async function benchCascade(): Promise<readonly Line[]> {
  const raw = join(folder, "raw.duckdb");
  if (existsSync(publicFolder)) await measure("load", raw, publicFolder);
  else await measure("sample", raw, "1");
  const names = [
    "engine",
    "engine-without-audit",
    "checked",
    "naked",
    "command",
    "command-without-audit",
  ] as const;
  const found = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const name of names) found.get(name)?.push(await onCopy(raw, name));
  }
  const of = (name: (typeof names)[number]): Measured => median(found.get(name) ?? []);
  const [engine, unaudited, checked] = [of("engine"), of("engine-without-audit"), of("checked")];
  const daily = await onCopy(raw, "date-by-date");
  const season = existsSync(publicFolder) ? "public season" : "sample season";
  return [
    limited(`cascade, November and December, ${season}`, engine, { most: 5 }),
    compared("without the audit, against one script with the same SQL, checks and hashes", unaudited, {
      base: checked,
      most: 1.5,
    }),
    compared("without the audit, against the naked SQL", unaudited, { base: of("naked"), most: 2.5 }),
    compared("run with gates and report, against the same without the audit", of("command"), {
      base: of("command-without-audit"),
      most: 1.15,
    }),
    compared("against one query per processor and date", engine, { base: daily, most: 1 }),
    costing("first run with gates and report, whole process, against the naked SQL", of("command"), {
      base: of("naked"),
      most: 2,
    }),
    ...(await benchAgain(raw, of("command"))),
  ];
}

/** What follows a first run, whose command cost `first`: nothing to do, and one raw game that was corrected. */
async function benchAgain(raw: string, first: Measured): Promise<readonly Line[]> {
  const built = join(folder, "built.duckdb");
  await copyFile(raw, built);
  await measure("command", built, ...novemberAndDecember);
  const again: Measured[] = [];
  const commands: Measured[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    again.push(await measure("engine", built, ...novemberAndDecember));
    commands.push(await measure("command", built, ...novemberAndDecember));
  }
  await measure("correct", built);
  const corrected = await measure("command", built, ...novemberAndDecember);
  const command = median(commands);
  return [
    limited("nothing to do", median(again), { most: 1 }),
    {
      name: "nothing to do, with gates and report, whole process",
      measured: command,
      limit: "≤ 0.8 s of CPU",
      isKept: command.cpuSeconds <= 0.8,
    },
    costing("one raw game of November 20 corrected, against the first run", corrected, {
      base: first,
      most: 0.6,
    }),
  ];
}

async function benchSeasons(): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const seasons of seasonCounts) {
    const path = join(folder, `seasons-${seasons}.duckdb`);
    const sampled = await measure("sample", path, String(seasons));
    const engine = await measure("engine", path, ...wholeSeasons);
    const first = lines[0]?.measured ?? engine;
    const perSeason = engine.seconds / seasons / (first.seconds / (seasonCounts[0] ?? 1));
    lines.push({
      name: `${seasons} synthetic seasons (${sampled.count.toLocaleString("en-US")} raw rows, ${engine.count.toLocaleString("en-US")} partitions)`,
      measured: engine,
      against: `${perSeason.toFixed(2)} × per season`,
      limit: "≤ 1.5 × per season, ≤ 2,048 MB",
      isKept: perSeason <= 1.5 && engine.peakMb <= 2048,
    });
    await rm(path);
  }
  return lines;
}

/** A large table in one processor: first run, nothing to do, one of ninety dates changed. */
async function benchLarge(): Promise<readonly Line[]> {
  const path = join(folder, "large.duckdb");
  const large = join(folder, "large");
  await writeLargeRunbook(large);
  await measure("large-fill", path, String(largeRows));
  const bare = await onLargeCopy(path);
  const first = await measure("large-command", path, large);
  const again = await measure("large-command", path, large);
  await measure("large-correct", path);
  const plan = await measure("large-plan", path, large);
  const corrected = await measure("large-command", path, large);
  await rm(path);
  const rows = `${largeRows.toLocaleString("en-US")} source rows in 90 dates`;
  return [
    costing(`${rows}: first run with gates and report, against the bare statement`, first, {
      base: bare,
      most: 3,
    }),
    limited(`${rows}: nothing to do`, again, { most: 3 }),
    costing(`${rows}: one date changed by another process, against planning alone`, corrected, {
      base: plan,
      most: 2,
    }),
  ];
}

async function onLargeCopy(path: string): Promise<Measured> {
  const copy = join(folder, "large-bare.duckdb");
  await copyFile(path, copy);
  const measured = await measure("large-bare", copy);
  await rm(copy);
  return measured;
}

async function benchPlanner(): Promise<Line> {
  const measured = await measure("planner", ":memory:");
  const isKept = measured.seconds <= 1 && measured.count <= 300;
  return {
    name: "planning 91,300 partitions",
    measured: { ...measured, peakMb: measured.count },
    limit: "≤ 1 s, ≤ 300 MB",
    isKept,
  };
}

/** Ten copies of a case of each step, so that plans are made for ten steps and cases see other dates. */
async function benchCases(): Promise<Line> {
  const copy = join(folder, "nba-cascade");
  await cp(join(root, "runbooks", "nba-cascade"), copy, { recursive: true });
  for (const file of (await readdir(join(copy, "sql"))).filter((name) => name.endsWith(".test.yml"))) {
    const path = join(copy, "sql", file);
    const { cases } = parse(await readFile(path, "utf8")) as { readonly cases: readonly object[] };
    const copies = Array.from({ length: 10 }, (_, index) => ({
      ...cases[index % cases.length],
      name: `copy ${index}`,
    }));
    await writeFile(path, stringify({ cases: copies }));
  }
  const all: Measured[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) all.push(await measure("cases", copy));
  const measured = median(all);
  const name = `cascade test, ${measured.count} cases of ten steps, whole process`;
  return limited(name, measured, { most: 3 });
}

async function onCopy(raw: string, name: string): Promise<Measured> {
  const copy = join(folder, `${name}.duckdb`);
  await copyFile(raw, copy);
  const measured = await measure(name, copy, ...novemberAndDecember);
  await rm(copy);
  return measured;
}

/** Measures in a process of its own. */
async function measure(...args: readonly string[]): Promise<Measured> {
  const script = join(import.meta.dirname, "measure.ts");
  const { stdout } = await run(process.execPath, [script, ...args], { cwd: root });
  return JSON.parse(stdout) as Measured;
}

function median(all: readonly Measured[]): Measured {
  const middle = all.toSorted((left, right) => left.seconds - right.seconds)[Math.floor(all.length / 2)];
  if (middle === undefined) throw new Error("Nothing was measured");
  return middle;
}

function limited(name: string, measured: Measured, { most }: { readonly most: number }): Line {
  return { name, measured, limit: `≤ ${most} s`, isKept: measured.seconds <= most };
}

type Ratio = { readonly base: Measured; readonly most: number };

/** Two measurements set against each other by the clock; what is shown is the base. */
function compared(name: string, measured: Measured, { base, most }: Ratio): Line {
  return { name, measured: base, ...against(measured.seconds / base.seconds, { most, unit: "×" }) };
}

/** The same by CPU, which other work on the machine hardly changes. */
function costing(name: string, measured: Measured, { base, most }: Ratio): Line {
  return { name, measured, ...against(measured.cpuSeconds / base.cpuSeconds, { most, unit: "× CPU" }) };
}

function against(
  ratio: number,
  { most, unit }: { readonly most: number; readonly unit: string },
): Pick<Line, "against" | "limit" | "isKept"> {
  return { against: `${ratio.toFixed(2)} ${unit}`, limit: `≤ ${most} ${unit}`, isKept: ratio <= most };
}

function renderLines(lines: readonly Line[]): string {
  const head = ["what", "seconds", "CPU", "peak MB", "ratio", "limit", "kept"];
  const rows = lines.map(({ name, measured, against = "", limit = "", isKept }) => [
    name,
    measured.seconds.toFixed(2),
    measured.cpuSeconds.toFixed(2),
    measured.peakMb.toFixed(0),
    against,
    limit,
    isKept === undefined ? "" : isKept ? "yes" : "NO",
  ]);
  return markdownTable([head, ...rows], { align: ["l", "r", "r", "r", "r", "l", "l"] });
}
