import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { showProgress } from "../../src/cli/progress.ts";
import { openShop } from "../run/shop.ts";
import { cascade, shopFolder, start, startCascade } from "./cascade.ts";

const root = join(import.meta.dirname, "..", "..");
const escape = "\u001B[";

let folder = "";
let warehouse: readonly string[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-output-"));
  const path = join(folder, "shop.duckdb");
  await (await openShop(path))[Symbol.asyncDispose]();
  warehouse = ["--warehouse", `duckdb:${path}`];
});
after(() => rm(folder, { recursive: true, force: true }));

describe("cascade --json", () => {
  it("writes data and nothing else on stdout, and what is for people on stderr", async () => {
    const plan = await cascade(["plan", shopFolder, ...warehouse, "--json"]);
    assert.equal(plan.code, 0, plan.stderr);
    assert.deepEqual(Object.keys(JSON.parse(plan.stdout)), [
      "runbook",
      "range",
      "digest",
      "cells",
      "waves",
      "skipped",
      "totals",
    ]);
    assert.equal(plan.stderr, "");

    const run = await cascade(["run", shopFolder, ...warehouse, "--json"]);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(JSON.parse(run.stdout).run.isClean, true);
    assert.match(run.stderr, /87 dates of 3 processors to do/);

    for (const command of ["status", "gaps", "contamination", "coverage", "triage"]) {
      const answer = await cascade([command, shopFolder, ...warehouse, "--json"]);
      assert.equal(typeof JSON.parse(answer.stdout), "object", `${command}: ${answer.stderr}`);
    }
    const why = await cascade(["why", shopFolder, "TREND", "2024-01-05", "north", ...warehouse, "--json"]);
    assert.equal(JSON.parse(why.stdout).processor, "TREND");
  });
});

describe("cascade for people", () => {
  it("ends a run with the report, and colours nothing where nobody looks, nor where NO_COLOR asks for it", async () => {
    const plain = await startCascade(["run", shopFolder, ...warehouse]).ended;
    assert.equal(`${plain.stdout}${plain.stderr}`.includes(escape), false);
    assert.match(plain.stdout, /^Passed with warnings: shop 2024-01-01 to .*; 1 warning to read\.\n/);
    assert.equal(plain.stdout.match(/^processor .* explained by$/gm)?.length, 1, "one table, the report's");
    assert.match(
      plain.stdout,
      /^TREND +within +early First week +21 +15 +6 +0 +28\.6 % +90\.0 % +TOO_FEW_DAYS 6$/m,
    );
    const status = `cascade status ${shopFolder} ${warehouse.join(" ")}`;
    assert.ok(plain.stdout.endsWith(`\nEvery partition: ${status}\n`), plain.stdout);
    const environment = { FORCE_COLOR: "1" };
    const forced = await startCascade(["run", shopFolder, ...warehouse], { environment }).ended;
    assert.ok(forced.stderr.includes(escape), "the terminal's colours");
    assert.ok(forced.stdout.includes(escape), "the terminal's colours");
    const refused = await startCascade(["rnu"], { environment: { NO_COLOR: "1" } }).ended;
    assert.equal(refused.stderr.includes(escape), false);
  });

  it("gives what others wrote no line of its own", async () => {
    const entity = "nor\nth\u0085settled\u2028OK: Full coverage";
    const { code, stdout } = await cascade(["why", shopFolder, "TREND", "2024-01-05", entity, ...warehouse]);
    assert.equal(code, 0);
    const lines = stdout.split(/[\n\r\u0085\u2028]/).filter((line) => /nor|settled$|^OK/.test(line));
    assert.deepEqual(lines, [
      "  entity    nor th settled OK: Full coverage is not in the population of this date",
    ]);
  });

  it("says how it is used", async () => {
    const help = await cascade(["--help"]);
    assert.equal(help.code, 0);
    assert.equal(help.stderr, "");
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name ?? "");
    assert.ok(commands.length > 15 && ["start", "run", "why"].every((name) => commands.includes(name)));
    for (const command of ["start", "run", "why"]) {
      const { code, stdout, stderr } = await cascade([command, "--help"]);
      assert.deepEqual([code, stderr], [0, ""], command);
      assert.match(stdout, /^(?:(?:cascade|npm) \S+.*\n)+\n\S/, command);
    }
    const version = await cascade(["--version"]);
    const manifest = await readFile(join(root, "package.json"), "utf8");
    assert.deepEqual(
      [version.code, version.stdout],
      [0, `${(JSON.parse(manifest) as { readonly version: string }).version}\n`],
    );
    const nothing = await cascade([]);
    assert.equal(nothing.code, 2);
    assert.equal(nothing.stdout, help.stdout);
  });
});

describe("cascade from a clone", () => {
  /** The PATH as a person's shell has it: without what npm adds, so that any Node may be the one on it. */
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((entry) => !entry.includes("node_modules"))
    .join(delimiter);

  for (const [program, ...args] of [
    ["npx", "cascade"],
    ["npm", "run", "--silent", "cascade", "--"],
  ] as const) {
    it(`starts by \`${[program, ...args].join(" ")}\`, whatever Node is on the PATH`, async () => {
      const line = [...args, "plan", shopFolder, ...warehouse, "--json"];
      const plan = await start(program, line, { cwd: root, environment: { PATH: path } }).ended;
      assert.equal(plan.code, 0, plan.stderr);
      assert.equal(JSON.parse(plan.stdout).runbook, "shop");
    });
  }
});

describe("cascade status", () => {
  it("shows the processors that were asked for and no others", async () => {
    const { stdout } = await cascade(["status", shopFolder, ...warehouse, "--processor", "DAY"]);
    const rows = stdout.split("\n").filter((line) => /^\| [A-Z]/.test(line));
    assert.deepEqual(
      rows.map((line) => line.split(" ")[1]),
      ["DAY"],
    );
  });

  it("lists the dates that were asked for, and not those of a lead-in before them", async () => {
    const asked = ["--dates", "2024-01-09,2024-01-20", "--json"];
    const { stdout } = await cascade(["status", shopFolder, ...warehouse, ...asked]);
    const { partitions } = JSON.parse(stdout) as { partitions: { processor: string; date: string }[] };
    assert.deepEqual(
      partitions.map(({ processor, date }) => `${processor} ${date}`),
      ["DAY", "TREND", "SCORE"].flatMap((id) => [`${id} 2024-01-09`, `${id} 2024-01-20`]),
    );
  });
});

describe("a command whose reader has gone", () => {
  it("ends without a word", async () => {
    const program = join(root, "src/cli/start-cli.ts");
    const child = spawn(process.execPath, [program, "schema"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const words: string[] = [];
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    assert.deepEqual([code, words.join("")], [0, ""]);
  });
});

describe("showProgress()", () => {
  it("tells no time that is left before it has a pace", () => {
    const [early, late] = [endOfFirstCell(9000), endOfFirstCell(30_000)];
    assert.doesNotMatch(early, / left/);
    assert.match(late, /about 1 min 00 s left/);
  });
});

/** What a run of three cells shows when the first has ended after so long. */
function endOfFirstCell(elapsedMs: number): string {
  const notes: string[] = [];
  const terminal = {
    columns: 80,
    out: () => undefined,
    note: (text: string) => notes.push(text),
    redraw: () => undefined,
  };
  const times = [0, elapsedMs];
  const show = showProgress(terminal, () => times.shift() ?? elapsedMs);
  const totals = { units: 3, cells: 3, upToDate: 0, blocked: 0, processors: 1 };
  show({ kind: "run-started", plan: { totals } } as never);
  const cell = { processor: "DAY", dates: ["2024-01-01"] };
  const outcomes = [{ kind: "up-to-date", date: "2024-01-01" }];
  show({ kind: "cell-ended", cell, result: { processor: "DAY", elapsedMs, outcomes } } as never);
  return notes.join("\n");
}
