import assert from "node:assert/strict";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openShop } from "../run/shop.ts";
import { cascade, shopFolder } from "./cascade.ts";

describe("cascade runs", () => {
  it("tells who ran what, why, by which line, and how it ended, without a secret", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-runs-"));
    const path = join(folder.path, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    const warehouse = ["--warehouse", `duckdb:${path}`];
    assert.match((await cascade(["runs", shopFolder, ...warehouse])).stdout, /^No run yet/);
    const environment = { USER: "jane", API_TOKEN: "hunter2hunter2" };
    const reason = ["--reason", "the tracker was down, see hunter2hunter2"];
    const selection = ["--end-date", "2024-01-05", "--processor", "DAY"];
    await cascade(["run", shopFolder, ...selection, ...reason, ...warehouse], { environment });
    const { stdout } = await cascade(["runs", shopFolder, "--json", ...warehouse]);
    const { runs } = JSON.parse(stdout) as { readonly runs: readonly Readonly<Record<string, string>>[] };
    assert.equal(runs.length, 1);
    const [run] = runs;
    assert.match(run?.["requestedBy"] ?? "", /^jane on /);
    assert.match(run?.["reason"] ?? "", /^the tracker was down, see \S+$/);
    assert.match(
      run?.["startedFrom"] ?? "",
      /^cascade run test\/fixtures\/shop --end-date 2024-01-05 --processor DAY --reason '/,
    );
    assert.doesNotMatch(stdout, /hunter2/);
    const shown = (await cascade(["runs", shopFolder, ...warehouse])).stdout;
    assert.match(shown, /^run +state +replaced +undo +started +ended +by/);
    assert.equal(run?.["undo"], "whole");
  });
});
