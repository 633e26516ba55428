import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createRedact, secretsOf } from "../../src/domain/redact.ts";
import { datesOf, openCommandScene } from "./command-scene.ts";
import { openShop } from "./shop.ts";

async function storedDays(warehouse: Awaited<ReturnType<typeof openShop>>): Promise<number> {
  const [row] = await warehouse.query({
    sql: "select count(distinct sale_date) as days from shop_analytics.shop_day",
    purpose: "count",
  });
  return Number(row?.["days"]);
}

describe("a command step", () => {
  it("computes what its files say", async () => {
    await using scene = await openCommandScene({ "program.mjs": "days().forEach(emit);" });
    await using warehouse = await openShop();
    assert.deepEqual(datesOf(await scene.run(warehouse, 3)).kinds, [
      "2024-01-01 committed",
      "2024-01-02 committed",
      "2024-01-03 committed",
    ]);
  });

  it("starts from nothing at every try: rows that a failed one appended are gone", async () => {
    const text = `for (const date of dates) {
  if (date === "2024-01-05") throw new Error("no sales on " + date);
  days().filter(({ sale_date }) => sale_date === date).forEach(emit);
}`;
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 7));
    assert.deepEqual(
      kinds.filter((kind) => !kind.endsWith("committed")),
      ["2024-01-05 failed"],
    );
    assert.match(errors.join(), /no sales on 2024-01-05/);
    assert.equal(await storedDays(warehouse), 6);
  });

  it("never commits what a failed try left, when later ones write nothing", async () => {
    const text = `if (dates.length === 7) {
  days().forEach(emit);
  fail({ shop: "north", sale_date: "2024-01-02", failure_category: "TOO_FEW_DAYS", failure_reason: "made up" });
  process.exit(1);
}`;
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 7));
    assert.equal(kinds.filter((kind) => kind.endsWith("failed")).length, 7);
    assert.match(errors.join(), /has no outcome/);
    assert.equal(await storedDays(warehouse), 0);
  });

  it("that is broken is started three times, and tells its last lines", async () => {
    const text = 'note("start"); await import("not-installed-anywhere");';
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 12));
    assert.equal(kinds.filter((kind) => kind.endsWith("failed")).length, 12);
    assert.equal(errors.length, 1);
    assert.match(errors.join(), /exit code 1: [^]*Cannot find package 'not-installed-anywhere'/);
    assert.deepEqual(await scene.notes(), ["start", "start", "start"]);
  });

  it("whose program does not exist fails at once and says so", async () => {
    const argv = ["no-such-program-anywhere", "--now"];
    await using scene = await openCommandScene({}, { argv });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 12));
    assert.equal(kinds.filter((kind) => kind.endsWith("failed")).length, 12);
    assert.equal(errors.length, 1);
    assert.match(errors.join(), /"no-such-program-anywhere": there is no such program/);
  });

  it("shows what its program prints, line by line", async () => {
    await using scene = await openCommandScene({
      "program.mjs": 'console.log("one\\ntwo"); days().forEach(emit);',
    });
    await using warehouse = await openShop();
    const printed: string[] = [];
    await scene.run(warehouse, 1, {
      emit: (event) => void (event.kind === "command-printed" && printed.push(event.line)),
    });
    assert.deepEqual(printed, ["one", "two"]);
  });

  it("that exceeds its time is never a success, whatever its exit code", async () => {
    const argv = [process.execPath, "program.mjs"];
    const text = `process.on("SIGTERM", () => { days().forEach(emit); process.exit(0); }); setInterval(() => {}, 1000);`;
    await using scene = await openCommandScene({ "program.mjs": text }, { argv, timeoutSeconds: 1 });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 1));
    assert.deepEqual(kinds, ["2024-01-01 failed"]);
    assert.match(errors.join(), /exceeded its time of 1 s/);
    assert.equal(await storedDays(warehouse), 0);
  });

  it("stores and shows no secret: of a variable, of a well-known form, or masked by itself", async () => {
    const text = `console.log("::add-mask::told-to-mask-it\\n::add-mask::abc");
console.log("shown sesame-opens");
console.error("Traceback: sesame-opens told-to-mask-it ghp_" + "a1".repeat(18) + " \\u001b[31mred");
process.exit(1);`;
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const [printed, masked]: [string[], string[]] = [[], []];
    const { errors } = datesOf(
      await scene.run(warehouse, 1, {
        mask: (secret) => void masked.push(secret),
        redact: createRedact(secretsOf({ SHOP_PASSWORD: "sesame-opens" })),
        emit: (event) => void (event.kind === "command-printed" && printed.push(event.line)),
      }),
    );
    assert.deepEqual([printed, masked], [["shown ***"], ["told-to-mask-it"]]);
    assert.deepEqual(errors, ["Cannot run the command of DAY: exit code 1: Traceback: *** *** *** red"]);
    const sql = "select distinct error from shop_processing.cascade_partitions";
    assert.deepEqual(await warehouse.query({ sql, purpose: "read" }), [{ error: errors[0] }]);
  });

  it("learns what is masked on its standard error, too", async () => {
    const text = `console.error("::add-mask::told-to-mask-it\\nlost told-to-mask-it"); process.exit(1);`;
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const masked: string[] = [];
    const { errors } = datesOf(await scene.run(warehouse, 1, { mask: (secret) => void masked.push(secret) }));
    assert.deepEqual(masked, ["told-to-mask-it"]);
    assert.match(errors.join(), /: ::add-mask::\*\*\*\nlost \*\*\*/);
  });

  it("is not told where credentials lie", async () => {
    const text = "note(JSON.stringify(process.env)); days().forEach(emit);";
    await using scene = await openCommandScene({ "program.mjs": text });
    await using warehouse = await openShop();
    const names = ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_GHA_CREDS_PATH", "CLOUDSDK_AUTH_ACCESS_TOKEN"];
    const paths = Object.fromEntries(names.map((name) => [name, "/key.json"]));
    await scene.run(warehouse, 1, { environment: { PATH: process.env["PATH"] ?? "", ...paths } });
    const [seen = ""] = await scene.notes();
    assert.match(seen, /CASCADE_OUTPUT/);
    assert.doesNotMatch(seen, /key\.json/);
  });

  it(
    "has no file of the engine open",
    { skip: existsSync("/proc/self/fd") ? false : "no /proc to look into" },
    async () => {
      const text = `import { readdirSync, readlinkSync } from "node:fs";
for (const name of readdirSync("/proc/self/fd")) {
  try { note(readlinkSync("/proc/self/fd/" + name)); } catch { note("closed"); }
}
days().forEach(emit);`;
      await using scene = await openCommandScene({ "program.mjs": text });
      const path = join(scene.folder, "shop.duckdb");
      await using warehouse = await openShop(path);
      await scene.run(warehouse, 1);
      const held = readdirSync("/proc/self/fd").map((name) => realpathOf(`/proc/self/fd/${name}`));
      assert.ok(
        held.some((file) => file === path),
        "this process has it open",
      );
      const seen = await scene.notes();
      assert.ok(seen.length > 2);
      assert.deepEqual(
        seen.filter((file) => file.includes(".duckdb")),
        [],
      );
    },
  );
});

function realpathOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
