import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runbookNames } from "../runbook/repository-runbooks.ts";
import { cascade } from "./cascade.ts";

const root = join(import.meta.dirname, "../..");

/** A constant of each step, and another one in its place. */
const constants: Readonly<
  Record<string, Readonly<Record<string, readonly [file: string, from: string, to: string]>>>
> = {
  "nba-cascade": {
    PGS: ["sql/pgs.sql", "0.44e0", "0.5e0"],
    TDGS: ["sql/tdgs.sql", "0.44e0", "0.5e0"],
    TOGS: ["sql/togs.sql", "0.44e0", "0.5e0"],
    UTGC: ["sql/utgc.sql", "between 7 preceding", "between 2 preceding"],
    UPGC: ["sql/upgc.sql", "between 4 preceding", "between 3 preceding"],
    TDZA: ["sql/tdza.sql", "* 100)", "* 10)"],
    PSZA: ["sql/psza.sql", "between 9 preceding", "between 8 preceding"],
    PCF: ["sql/pcf.sql", "100", "99"],
    PDC: ["sql/pdc.sql", "between 9", "between 8"],
    MLFS: ["sql/mlfs.sql", "1e4", "1e1"],
  },
  "web-events": {
    SESS: ["sql/sess.sql", "1e2", "1e0"],
    COHORT: ["cohort.mjs", "count >= 2", "count >= 1"],
  },
};

type Answer = { readonly cases: readonly { processor: string; differences: readonly string[] }[] };

describe("the cases of the examples", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-examples-"));
    await cp(join(root, "runbooks"), folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("are of every committed runbook", () => {
    assert.deepEqual(Object.keys(constants).toSorted(), [...runbookNames].toSorted());
  });

  it("pass, and every step has one", async () => {
    const { code, stdout, stderr } = await cascade(["test", "--all"]);
    assert.equal(code, 0, stdout);
    assert.doesNotMatch(stderr, /Without a case/);
  });

  for (const [name, changes] of Object.entries(constants)) {
    it(`of ${name} fail for each step that has another constant`, async () => {
      for (const [file, from, to] of Object.values(changes)) {
        const path = join(folder, name, file);
        const text = await readFile(path, "utf8");
        assert.ok(text.includes(from), `${file} holds ${from}`);
        await writeFile(path, text.replaceAll(from, to));
      }
      const { stdout } = await cascade(["test", join(folder, name), "--json"]);
      const { cases } = JSON.parse(stdout) as Answer;
      const failed = new Set(cases.filter((one) => one.differences.length > 0).map((one) => one.processor));
      const { processors } = await readRunbook(name);
      assert.deepEqual([...failed].toSorted(), processors.map(({ id }) => id).toSorted());
    });
  }
});
