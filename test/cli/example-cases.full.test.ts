import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { cascade } from "./cascade.ts";

const root = join(import.meta.dirname, "../..");

/** A constant of each step, and another one in its place. */
const constants: readonly (readonly [id: string, file: string, from: string, to: string])[] = [
  ["PSZA", "nba-cascade/sql/psza.sql", "between 9 preceding", "between 8 preceding"],
  ["SESS", "web-events/sql/sess.sql", "1e2", "1e0"],
  ["COHORT", "web-events/cohort.mjs", "count >= 2", "count >= 1"],
];

describe("the cases of the examples", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-examples-"));
    await cp(join(root, "runbooks"), folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const name of ["nba-cascade", "web-events"]) {
    it(`of ${name} pass`, async () => {
      const { code, stdout } = await cascade(["test", name]);
      assert.equal(code, 0, stdout);
    });
  }

  for (const [id, file, from, to] of constants) {
    it(`of ${id} fail with ${to} in the place of ${from}`, async () => {
      const path = join(folder, file);
      const text = await readFile(path, "utf8");
      assert.ok(text.includes(from));
      await writeFile(path, text.replaceAll(from, to));
      const { code } = await cascade(["test", join(folder, file.split("/")[0] ?? ""), "--processor", id]);
      await writeFile(path, text);
      assert.equal(code, 1);
    });
  }
});
