import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { start, type Ending } from "../cli/cascade.ts";
import { addDays, type CalendarDate } from "../../src/domain/calendar-date.ts";
import { openGitHub } from "../github/fake/open-github.ts";
import { installPackage } from "./installed-package.ts";

describe("a repository of one's own, from nothing to a report on GitHub", () => {
  let folder = "";
  let home = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-foreign-"));
    home = join(folder, "home");
    await installPackage(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function type(...args: readonly string[]): Promise<Ending> {
    const program = join(home, "node_modules/.bin/cascade-backfill");
    const ending = await start(process.execPath, [program, ...args], { cwd: home }).ended;
    assert.equal(ending.code, 0, `${args.join(" ")}: ${ending.stderr}`);
    return ending;
  }

  it("begins a runbook, runs it, compiles its workflows, and is backfilled and re-run there", async () => {
    await type("new", "shop");
    assert.match((await type("run", "shop")).stdout, /^Passed: /);
    await type("workflow", "--all");
    assert.deepEqual(await readdir(join(home, ".github/workflows")), [
      "backfill-shop.yml",
      "commands.yml",
      "preview.yml",
      "recover.yml",
      "watch.yml",
    ]);
    const compiled = await readFile(join(home, ".github/workflows/backfill-shop.yml"), "utf8");
    assert.match(compiled, /uses: \.\/node_modules\/cascade-backfill\/actions\/plan-backfill$/m);
    await type("workflow", "--all", "--check");

    let lost = 0;
    await using github = await openGitHub({
      branches: { main: home },
      people: { octocat: "write" },
      effects: {
        nodeModules: join(home, "node_modules"),
        standIns: {
          // The runner of the first cell is lost before it has begun.
          "actions/setup-node": ({ session }) => ({ isSuccess: session.job.id !== "REVENUE" || lost++ > 0 }),
        },
      },
    });
    const run = await github.dispatch("backfill-shop.yml");
    const first = await github.finished(run);
    assert.equal(first.conclusion, "failure");
    const [issue] = github.state.issues.values();
    assert.match(issue?.title ?? "", /^Unknown: shop 2024-01-01 to 2024-01-31$/);
    assert.match(issue?.body ?? "", /REVENUE/);
    github.rerun(run, "failed");
    const second = await github.finished(run);
    const results = Object.entries(second.result?.jobs ?? {}).map(([id, job]) => [id, job.result]);
    assert.deepEqual(
      results.filter(([, result]) => result !== "success" && result !== "skipped"),
      [],
    );
    assert.equal(second.conclusion, "success");
    const [after, ...others] = github.state.issues.values();
    assert.deepEqual([after?.state, others.length], ["closed", 0]);
    assert.match(after?.title ?? "", /^Passed: shop 2024-01-01 to 2024-01-31$/);
  });

  it("backfills tables from files of the repository, days by a command of its own, and months of them", async () => {
    await mkdir(join(home, "data"));
    const days = Array.from({ length: 20 }, (_, index) => addDays("2024-02-20" as CalendarDate, index));
    const lines = days.flatMap((day, index) => [1, 2, 3].map((n) => `${index * 3 + n},${day},c${n},${n}.50`));
    await writeFile(join(home, "data/orders.csv"), ["order_id,day,customer,amount", ...lines, ""].join("\n"));
    await type("new", "sales", "--from", "data");
    await addCommands(join(home, "runbooks/sales"));
    await type("workflow", "--all");
    await type("workflow", "--all", "--check");
    await using github = await openGitHub({
      branches: { main: home },
      people: { octocat: "write" },
      secrets: { SHOP_KEY: "open-sesame" },
      effects: { nodeModules: join(home, "node_modules") },
    });
    const run = await github.dispatch("backfill-sales.yml");
    const { conclusion, result } = await github.finished(run);
    const legs = Object.values(result?.jobs ?? {}).flatMap((job) => job.legs);
    const told = legs.flatMap(({ name, annotations }) =>
      annotations.map(({ message }) => `${name}: ${message}`),
    );
    assert.equal(conclusion, "success", told.join("\n"));
    const summaries = legs.flatMap(({ summaries: own }) => own).join("\n");
    assert.match(summaries, /Rows: the files in fetched/);
    const log = legs.flatMap(({ log: own }) => own).join("\n");
    assert.match(log, /counted 60 orders/);
    assert.match(log, /fetched with \*\*\*/);
    assert.deepEqual(
      legs.map(({ name }) => name).filter((name) => !name.startsWith("Gate ")),
      [
        "Plan",
        "ORDERS_FIELDS 2024-02-20 to 2024-03-10",
        "COUNTED 2024-02-20 to 2024-03-10",
        "MONTHS 2024-02-01 to 2024-03-01",
        "Report",
      ],
    );
    assert.match(summaries, /Runs 42 dates in 3 cells/);
    const [issue] = github.state.issues.values();
    assert.match(
      issue?.body ?? "",
      /Rows of `sales_raw\.orders` \(60 rows\): load from fetched, 1 file, fetched by .*fetch\.mjs/,
    );
    assert.match(issue?.body ?? "", /^\| MONTHS \| 2 committed \| 2024-02-01 to 2024-03-01 \|/m);
    assert.match(summaries, /<summary>Every partition \(42\)<\/summary>/);
    assert.deepEqual(summaries.match(/^\| MONTHS \| uncounted \| .*$/gm), [
      "| MONTHS | uncounted | 2024-02-01 | unknown | 3 | 0 | 0 | 0 |",
      "| MONTHS | uncounted | 2024-03-01 | unknown | 3 | 0 | 0 | 0 |",
    ]);
  });
});

/** A program that fetches the files, and one that counts rows, which only a step before the cell installs. */
async function addCommands(folder: string): Promise<void> {
  const path = join(folder, "runbook.yml");
  const text = await readFile(path, "utf8");
  const fetch = "from: fetched\n  fetch: { command: [node, fetch.mjs], secrets: [SHOP_KEY] }";
  await writeFile(path, text.replace("load:", `${counting}load:`).replace(/from: data.*/, fetch));
  await writeFile(
    join(folder, "fetch.mjs"),
    `import { copyFileSync } from "node:fs";
if (process.env.SHOP_KEY !== "open-sesame") throw new Error("there is no key");
copyFileSync("../../data/orders.csv", process.env.CASCADE_FETCH_DIR + "/orders.csv");
console.log("fetched with " + process.env.SHOP_KEY);
`,
  );
  await writeFile(
    join(folder, "sql/months.sql"),
    `select cast(substr(cast(day as string), 1, 7) || '-01' as date) as month, customer, sum(orders) as orders
from sales_marts.counted where day between @start_date and @end_date group by 1, 2
`,
  );
  await writeFile(
    join(folder, "count-orders"),
    `#!/usr/bin/env node
const { readFileSync, writeFileSync } = require("node:fs");
const { CASCADE_INPUT_DIR, CASCADE_OUTPUT, CASCADE_DATES } = process.env;
const orders = readFileSync(CASCADE_INPUT_DIR + "/sales_raw.orders.ndjson", "utf8").trim().split("\\n").map((line) => JSON.parse(line));
const days = CASCADE_DATES.split(",");
const rows = orders.filter(({ day }) => days.includes(day)).map(({ day, customer }) => ({ day, customer, orders: 1 }));
writeFileSync(CASCADE_OUTPUT, rows.map((row) => JSON.stringify(row)).join("\\n"));
console.log("counted " + rows.length + " orders");
`,
  );
}

const counting = `  - id: COUNTED
    table: sales_marts.counted
    key: [day, customer]
    reads: [sales_raw.orders]
    step: { command: [count-orders], files: [count-orders] }
    columns: { day: date, customer: string, orders: int64 }
  - { id: MONTHS, table: sales_marts.months, every: month, date: month, key: [month, customer], reads: [COUNTED], sql: sql/months.sql }
jobs:
  timeout-minutes: { cell: 30 }
  steps:
    - run: |
        mkdir -p "$RUNNER_TEMP/own"
        cp runbooks/sales/count-orders "$RUNNER_TEMP/own/"
        chmod +x "$RUNNER_TEMP/own/count-orders"
        echo "$RUNNER_TEMP/own" >> "$GITHUB_PATH"
`;
