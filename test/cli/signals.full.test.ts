import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { startFaultyService } from "../bigquery/faulty-service.ts";
import { contentOfShop, ledgerFaults, openShop, readShop, shopRange } from "../run/shop.ts";
import { isAlive } from "../run/is-alive.ts";
import { cascade, copyShop, shopFolder, startCascade } from "./cascade.ts";
import { endless } from "./endless.ts";

const range = ["--start-date", shopRange.from, "--end-date", shopRange.to];

let folder = "";
let slowShop = "";
let expected: Record<string, string>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-signals-"));
  slowShop = await copyShop(join(folder, "shop"), { "sql/score.sql": endless });
  const path = await newShop("uninterrupted");
  await cascade(["run", shopFolder, ...range, "--warehouse", `duckdb:${path}`]);
  expected = await contentOf(path);
});
after(() => rm(folder, { recursive: true, force: true }));

async function newShop(name: string): Promise<string> {
  const path = join(folder, `${name}.duckdb`);
  await (await openShop(path))[Symbol.asyncDispose]();
  return path;
}

async function contentOf(path: string): Promise<Record<string, string>> {
  await using warehouse = await openDuckDb({ path });
  assert.deepEqual(await ledgerFaults(warehouse, await readShop()), []);
  return await contentOfShop(warehouse, await readShop());
}

async function runStatuses(warehouse: Warehouse): Promise<readonly unknown[]> {
  const rows = await warehouse.query({
    sql: "select status from shop_processing.cascade_runs order by started_at",
    purpose: "read the runs",
  });
  return rows.map((row) => row["status"]);
}

describe("cascade run, interrupted", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`ends with 130 on ${signal}, keeps what was committed, and is completed by the next run`, async () => {
      const path = await newShop(signal);
      const warehouse = ["--warehouse", `duckdb:${path}`];
      using run = startCascade(["run", slowShop, ...range, ...warehouse]);
      await run.said("TREND");
      run.kill(signal);
      const ending = await run.ended;
      assert.equal(ending.code, 130, ending.stderr);
      assert.match(ending.stderr, /^interrupted Stopped .*\n {2}Type the command again/m);
      assert.equal(ending.stdout, "");
      assert.equal(existsSync(`${path}.progress`), false);

      const status = await cascade(["status", slowShop, ...range, ...warehouse, "--json"]);
      const partitions: readonly { processor: string; state: string }[] = JSON.parse(
        status.stdout,
      ).partitions;
      const settled = partitions.filter(({ state }) => state === "settled").map(({ processor }) => processor);
      assert.deepEqual([...new Set(settled)], ["DAY", "TREND"]);

      const next = await cascade(["run", shopFolder, ...range, ...warehouse]);
      assert.equal(next.code, 0, next.stderr);
      assert.match(next.stderr, /29 dates of 1 processor to do, 58 up to date/);
      assert.deepEqual(await contentOf(path), expected);
      await using opened = await openDuckDb({ path });
      assert.deepEqual(await runStatuses(opened), ["interrupted", "ok"]);
    });
  }
});

describe("cascade run, interrupted in a command step", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`leaves no process of the command on ${signal}`, async () => {
      const path = await newShop(`command-${signal}`);
      const runbook = await copyShop(join(folder, signal, "shop"), {
        "runbook.yml": (text) =>
          text.replace("{ sql: sql/day.sql }", "{ command: [sh, days.sh], files: [days.sh] }"),
      });
      await writeFile(join(runbook, "days.sh"), "sleep 300 &\necho $! > pid\necho working\nwait\n");
      using run = startCascade(["run", runbook, ...range, "--warehouse", `duckdb:${path}`]);
      await run.said("DAY: working");
      run.kill(signal);
      const ending = await run.ended;
      assert.equal(ending.code, 130, ending.stderr);
      assert.equal(await isAlive(join(runbook, "pid")), false);
    });
  }
});

describe("another command while a run holds the file", () => {
  it("stops with warehouse-locked, the process and how far it is", async () => {
    const path = await newShop("held");
    const warehouse = ["--warehouse", `duckdb:${path}`];
    using run = startCascade(["run", slowShop, ...range, ...warehouse]);
    await run.said("TREND");
    while (!(await readFile(`${path}.progress`, "utf8")).includes("now SCORE")) await wait(10);
    for (const command of ["plan", "status", "run"]) {
      const other = await cascade([command, slowShop, ...range, ...warehouse, "--json"]);
      assert.equal(other.code, 3, other.stderr);
      assert.equal(other.stdout, "");
      const holder = new RegExp(
        `^warehouse-locked Cannot open ".*": process ${run.pid} holds it; 58 of 87 dates done, now SCORE\\n {2}Wait `,
      );
      assert.match(other.stderr, holder);
    }
    run.kill("SIGTERM");
    assert.equal((await run.ended).code, 130);
    assert.equal((await cascade(["plan", slowShop, ...range, ...warehouse])).code, 0);
  });
});

describe("a command that reads from BigQuery, interrupted", () => {
  for (const command of ["plan", "run"]) {
    it(`cancels the job of \`${command}\` and ends with 130`, async () => {
      await using service = await startFaultyService(0);
      service.hang();
      const address = ["--warehouse", "bigquery:test"];
      const environment = { CASCADE_BIGQUERY_ENDPOINT: service.endpoint };
      using reading = startCascade([command, shopFolder, ...range, ...address], { environment });
      while (service.accepted.length === 0) await wait(10);
      reading.kill("SIGINT");
      const ending = await reading.ended;
      assert.equal(ending.code, 130, ending.stderr);
      assert.match(ending.stderr, /^interrupted Stopped while trying to read which tables exist/m);
      assert.deepEqual(new Set(service.cancelled), new Set(service.accepted));
    });
  }
});
