import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { z } from "zod";
import { runPlanJob } from "../../../src/github/jobs/plan-job.ts";
import { runReportJob } from "../../../src/github/jobs/report-job.ts";
import { planFileName, planFileSchema } from "../../../src/github/plan-file.ts";
import { parseReport } from "../../../src/report/render-json.ts";
import { verdictOf } from "../../../src/report/verdict.ts";
import { cascade, type Ending } from "../../cli/cascade.ts";
import { openRandomHome, type RandomHome } from "../../operations/random-home.ts";
import { trouble, troubles, type Trouble } from "../../operations/random-trouble.ts";
import { datesOf, shapesOf, type CascadeShape } from "../../run/random-cascade.ts";
import { openMemoryRun, planInputsOf } from "../actions/memory-run.ts";

/** How many warehouses are looked at: `CASCADE_WAREHOUSES`, or so many that it is a matter of seconds. */
const most = Number(process.env["CASCADE_WAREHOUSES"] ?? 12);
const seed = Number(process.env["CASCADE_SEED"] ?? 1);
const statesOfShape = 4;

/** What is asked for: some calendar dates from one on, every second of them or all, and one processor or all. */
type Asked = {
  readonly from: number;
  readonly count: number;
  readonly isSparse: boolean;
  readonly processor: number | undefined;
};

const asked: fc.Arbitrary<Asked> = fc.record({
  from: fc.nat(3),
  count: fc.integer({ min: 1, max: 12 }),
  isSparse: fc.boolean(),
  processor: fc.option(fc.nat(2), { nil: undefined }),
});
const worlds = fc.record({
  shape: shapesOf({ processors: 3, dates: 12 }),
  states: fc.array(fc.record({ struck: troubles, asked }), {
    minLength: statesOfShape,
    maxLength: statesOfShape,
  }),
});

/** Files of a world: the database, and a copy of it with everything settled. */
const [now, settled] = ["now.duckdb", "settled.duckdb"];

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-agreement-"));
});
after(() => rm(folder, { recursive: true, force: true }));

describe("the verdict on a warehouse", () => {
  it(`is the same at the end of run, of report and of the report job, and what the gates say; in ${most}`, async () => {
    const seen = new Set<string>();
    let looked = 0;
    for (let world = 0; looked < most; world += 1) {
      const [drawn] = fc.sample(worlds, { seed: seed + world, numRuns: 1 });
      assert.ok(drawn);
      await using home = await openHome(join(folder, String(world)), drawn.shape);
      for (const { struck, asked: selected } of drawn.states.slice(0, most - looked)) {
        const words = wordsOf(drawn.shape, selected);
        const name = `seed ${seed + world}, ${JSON.stringify(struck)}, ${words.join(" ")}`;
        seen.add(await agree(home, { struck, words, name }));
        looked += 1;
      }
    }
    assert.ok(seen.size >= Math.min(4, most / 3), [...seen].join(", "));
  });
});

/** A random runbook whose database is settled, with a copy of it. */
async function openHome(path: string, shape: CascadeShape): Promise<RandomHome> {
  const home = await openRandomHome(path, { shape, database: now });
  await type(home, "run");
  await home.kept.save(join(path, settled));
  return home;
}

function wordsOf(shape: CascadeShape, { from, count, isSparse, processor }: Asked): readonly string[] {
  const dates = datesOf(shape)
    .slice(from, from + count)
    .filter((_, index) => !isSparse || index % 2 === 0);
  const [first = "", last = ""] = [dates[0], dates.at(-1)];
  const range = isSparse ? ["--dates", dates.join(",")] : ["--start-date", first, "--end-date", last];
  return processor === undefined
    ? range
    : [...range, "--processor", `P${processor % shape.processors.length}`];
}

async function type({ folder: path, kept }: RandomHome, ...words: readonly string[]): Promise<Ending> {
  const [command = "", ...rest] = words;
  const line = [command, join(path, "random"), ...rest, "--warehouse", `duckdb:${join(path, now)}`];
  const ended = await cascade(line, { openPlace: kept.openPlace, environment: { GITHUB_SHA: "c0ffee" } });
  assert.ok(ended.code === 0 || ended.code === 1, `${line.join(" ")}: ${ended.stderr}`);
  return ended;
}

/** Lets something happen, has everybody judge the selection, and gives the word that they agree on. */
async function agree(
  home: RandomHome,
  {
    struck,
    words,
    name,
  }: { readonly struck: Trouble; readonly words: readonly string[]; readonly name: string },
): Promise<string> {
  await home.kept.restore(join(home.folder, settled));
  // A date that has left the calendar cannot be asked for.
  const incidents = struck.incidents.filter(({ kind }) => kind !== "day-leaves");
  await trouble(home.kept.warehouse, home.shape, incidents);
  const ran = verdictOfText(await type(home, "run", ...words));
  const reported = verdictOfText(await type(home, "report", ...words, "--out", join(home.folder, "out")));
  const expected = await oracle(home, words);
  const job = await reportOfJob(home, words);
  assert.deepEqual({ reported, job }, { reported: ran, job: ran }, name);
  assert.deepEqual({ ...ran, word: withoutWarnings(ran.word) }, expected, name);
  return expected.word;
}

/** Gates say nothing of warnings. */
function withoutWarnings(word: string): string {
  return word.replace(" with warnings", "");
}

type Judged = { readonly word: string; readonly code: number | null };

function verdictOfText({ stdout, code }: Ending): Judged {
  return { word: stdout.slice(0, stdout.indexOf(":")), code };
}

const names = { processor: z.string(), state: z.string(), date: z.string() };
const partitions = z.object({ partitions: z.array(z.object(names)) });
const plans = z.object({
  skipped: z.array(z.object({ processor: z.string(), dates: z.array(z.string()), reason: z.string() })),
});
const statuses = z.object({ tables: z.array(z.object({ status: z.string() })) });
const taints = z.object({ tainted: z.array(z.object({ because: z.string() })) });
const accounts = z.object({
  rows: z.array(z.object({ untracked: z.int(), phantom: z.int(), unexpected: z.int() })),
  strays: z.array(z.unknown()),
  budgets: z.array(z.object({ verdict: z.string() })),
});

/** The verdict by what the commands of the gates and `status` say, the gravest word first. */
async function oracle(home: RandomHome, words: readonly string[]): Promise<Judged> {
  async function ask<T>(shape: z.ZodType<T>, command: string): Promise<T> {
    return shape.parse(JSON.parse((await type(home, command, ...words, "--json")).stdout));
  }
  const { skipped } = await ask(plans, "plan");
  const waiting = skipped.filter(({ reason }) => reason.startsWith("blocked-by"));
  const blocked = new Set(waiting.flatMap(({ processor, dates }) => dates.map((date) => processor + date)));
  const states = new Set(
    (await ask(partitions, "status")).partitions.map(({ processor, date, state }) =>
      blocked.has(processor + date) ? "blocked" : state,
    ),
  );
  const gaps = (await ask(statuses, "gaps")).tables.map(({ status }) => status);
  const values = (await ask(statuses, "contamination")).tables.map(({ status }) => status);
  const contract = (await ask(statuses, "contract")).tables.map(({ status }) => status);
  const { tainted } = await ask(taints, "contamination");
  const { rows, strays, budgets } = await ask(accounts, "coverage");
  const rates = new Set(budgets.map(({ verdict }) => verdict));
  const found: readonly (readonly [boolean, string])[] = [
    [states.has("failed"), "Failed"],
    [states.has("blocked"), "Blocked"],
    [
      values.some((status) => status === "contaminated" || status === "no-data") ||
        tainted.some(({ because }) => isOfData(because)),
      "Contaminated",
    ],
    [rows.some(({ untracked }) => untracked > 0), "Untracked"],
    [strays.length > 0 || rows.some((row) => row.phantom + row.unexpected > 0), "Unaccounted"],
    [rates.has("exceeded"), "Over budget"],
    [rates.has("unexpected-category"), "Unexpected failures"],
    [contract.includes("violated"), "Contract broken"],
    [gaps.some((status) => status === "missing" || status === "low"), "Gaps"],
    [states.has("held") || tainted.length > 0, "Held"],
    [states.has("pending"), "Unfinished"],
  ];
  const first = found.find(([isFound]) => isFound);
  return { word: first?.[1] ?? "Passed", code: first === undefined ? 0 : 1 };
}

/** What only takes over that something before it is to be built waits, and no data have tainted it. */
function isOfData(because: string): boolean {
  return !because.startsWith("through ");
}

/** What the report job says of a run of the selection whose jobs all came to their end. */
async function reportOfJob({ folder: path, kept }: RandomHome, words: readonly string[]): Promise<Judged> {
  const clock = { jobs: 0, ids: 0, ticks: Date.now() + 3_600_000 };
  const past = { artifacts: new Map<string, string>(), annotations: [], summaries: [], ...clock };
  const place = { runbook: join(path, "random"), warehouse: "bigquery:tests" };
  using run = openMemoryRun({ ...place, open: () => Promise.resolve(kept.warehouse) }, past);
  const given = { ...planInputsOf(inputsOf(words)), ...place };
  await runPlanJob(given, run.effects());
  const [planned = ""] = run.artifacts.values();
  const file = planFileSchema.parse(JSON.parse(readFileSync(join(planned, planFileName), "utf8")));
  for (const gate of ["raw", "values"].filter((id) => file.gates.includes(id))) await run.gate(gate);
  for (const processor of ["P0", "P1", "P2", "P3"]) {
    for (const { id } of file.plan.cells.filter((cell) => cell.processor === processor)) await run.cell(id);
    if (file.gates.includes(`after-${processor}`)) await run.gate(`after-${processor}`);
  }
  const isGreen = await runReportJob(
    { ...place, "report-to": "none", step: "report", "github-token": "t" },
    {
      ...run.effects(),
      deliver: () => Promise.resolve({ kind: "absent" }),
      fetchEarlier: () => Promise.resolve(false),
    },
  );
  const model = parseReport(readFileSync(join(run.artifacts.get("report.a1") ?? "", "report.json"), "utf8"));
  assert.ok(model);
  return { word: verdictOf(model).word, code: isGreen ? 0 : 1 };
}

/** Options as a dispatch names them. */
function inputsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const names: Readonly<Record<string, string>> = { processor: "processors" };
  const pairs = words.flatMap((word, index) => {
    const option = word.slice("--".length);
    return index % 2 === 0 ? [[names[option] ?? option, words[index + 1] ?? ""] as const] : [];
  });
  return Object.fromEntries(pairs);
}
