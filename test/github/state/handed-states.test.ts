import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtempDisposable, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createHash } from "node:crypto";
import { handedFolder, readHandedState, writeHandedStates } from "../../../src/github/state/handed-states.ts";
import { shopState } from "./shop-state.ts";

const table = "shop_analytics.shop_day";
const manifest = {
  ...shopState,
  files: [{ table, sha256: createHash("sha256").update("rows").digest("hex") }],
};

/** A folder of states as the job hands it on, with one that can be used. */
async function openStates() {
  const folder = await mkdtempDisposable(join(tmpdir(), "cascade-handed-"));
  const shop = handedFolder(folder.path, "shop");
  await mkdir(shop);
  await writeFile(join(shop, "manifest.json"), JSON.stringify(manifest));
  await writeFile(join(shop, `${table}.parquet`), "rows");
  await writeHandedStates(folder.path, {
    shop: { kind: "handed" },
    new: { kind: "none" },
    old: { kind: "unusable", code: "github-failed", message: "Cannot ask GitHub: status 403" },
  });
  return folder;
}

describe("readHandedState()", () => {
  it("gives what was handed on, and nothing where none was published or nobody looked", async () => {
    await using folder = await openStates();
    assert.deepEqual((await readHandedState(folder.path, "shop"))?.manifest, manifest);
    for (const name of ["new", "other", "__proto__", "constructor"]) {
      assert.equal(await readHandedState(folder.path, name), undefined);
    }
  });

  it("tells why the job before could not hand one on", async () => {
    await using folder = await openStates();
    await assert.rejects(readHandedState(folder.path, "old"), {
      code: "artifact-lost",
      message: /github-failed: Cannot ask GitHub: status 403/,
    });
  });

  const ruins: readonly (readonly [string, RegExp, (folder: string) => Promise<unknown>])[] = [
    [
      "a damaged table",
      /is not the one uploaded/,
      (folder) => appendFile(join(folder, "shop", `${table}.parquet`), "x"),
    ],
    ["a lost table", /it lacks the file of/, (folder) => rm(join(folder, "shop", `${table}.parquet`))],
    [
      "a manifest of another format",
      /its manifest does not parse/,
      (folder) => writeFile(join(folder, "shop", "manifest.json"), `{"kind":"state"}`),
    ],
    ["a lost state", /it has no manifest/, (folder) => rm(join(folder, "shop"), { recursive: true })],
    ["a lost list", /no list of states/, (folder) => rm(join(folder, "states.json"))],
    [
      "a list of another format",
      /no list of states/,
      (folder) => writeFile(join(folder, "states.json"), `{"shop":1}`),
    ],
  ];
  for (const [what, message, ruin] of ruins) {
    it(`refuses ${what}`, async () => {
      await using folder = await openStates();
      await ruin(folder.path);
      await assert.rejects(readHandedState(folder.path, "shop"), { code: "artifact-lost", message });
    });
  }
});
