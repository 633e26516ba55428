import assert from "node:assert/strict";
import { cp, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openShop } from "../run/shop.ts";
import { cascade, shopFolder } from "./cascade.ts";

describe("cascade revert", () => {
  it("shows what goes back, takes it back where the runbook keeps copies, and tells the ledger who did", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-revert-"));
    const shop = join(folder.path, "shop");
    await cp(shopFolder, shop, { recursive: true });
    const file = join(shop, "runbook.yml");
    await writeFile(file, `keep: { runs: 3 }\n${await readFile(file, "utf8")}`);
    const path = join(folder.path, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    const warehouse = ["--warehouse", `duckdb:${path}`];
    const days = ["--processor", "DAY", "--end-date", "2024-01-05"];
    await cascade(["run", shop, ...days, ...warehouse]);
    await cascade(["run", shop, ...days, "--no-resume", ...warehouse]);
    const list = async (): Promise<readonly Readonly<Record<string, string>>[]> => {
      const { stdout } = await cascade(["runs", shop, "--json", ...warehouse]);
      return (JSON.parse(stdout) as { runs: readonly Readonly<Record<string, string>>[] }).runs;
    };
    const [newest] = await list();
    assert.deepEqual([newest?.["replaced"], newest?.["undo"]], [5, "whole"]);
    const run = newest?.["runId"] ?? "";
    const plan = await cascade(["revert", shop, run, "--dry-run", ...warehouse]);
    assert.equal(plan.code, 0);
    assert.match(
      plan.stdout,
      /^To be brought back: 5 partitions with 15 rows\nDAY: 5 dates, 2024-01-01 to 2024-01-05/,
    );
    assert.equal((await list()).length, 2);
    const done = await cascade([
      "revert",
      shop,
      run,
      "--dates",
      "2024-01-03",
      "--reason",
      "wrong",
      ...warehouse,
    ]);
    assert.equal(done.code, 0);
    assert.match(done.stdout, /Reverted by \S+\. What read these dates is pending/);
    const [revert] = await list();
    assert.deepEqual(
      [revert?.["command"], revert?.["reason"], revert?.["status"]],
      ["revert", "wrong", "ok"],
    );
    const unknown = await cascade(["revert", shop, "20240101T000000Z", ...warehouse]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /unknown-name.*no such run/);
  });
});
