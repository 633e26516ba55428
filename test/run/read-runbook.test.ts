import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import { listRunbooks, readRunbook } from "../../src/run/read-runbook.ts";

describe("readRunbook()", () => {
  it("takes a name, a folder and a file", async () => {
    const given = ["web-events", "runbooks/web-events", "runbooks/web-events/runbook.yml"];
    const runbooks = await Promise.all(given.map((name) => readRunbook(name)));
    assert.deepEqual(
      runbooks.map(({ name, folder }) => [name, folder]),
      given.map(() => ["web-events", join("runbooks", "web-events")]),
    );
  });

  it("suggests the nearest runbook", async () => {
    await assert.rejects(readRunbook("web-event"), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, "unknown-name");
      assert.match(error.hint, /web-events/);
      return true;
    });
  });

  it("lists every problem of a runbook by its path", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-runbook-"));
    await writeFile(join(folder.path, "runbook.yml"), "name: x\ntitel: X\n");
    await assert.rejects(readRunbook(folder.path), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, "runbook-invalid");
      assert.match(error.message, /runbook\.yml:2:1 Unknown key "titel" \(write "title"\)/);
      assert.match(error.message, /runbook\.yml:1:1 "calendar" is missing/);
      return true;
    });
  });
});

describe("listRunbooks()", () => {
  it("names the folders that hold a runbook.yml", async () => {
    assert.deepEqual(
      (await listRunbooks()).filter((name) => name === "web-events"),
      ["web-events"],
    );
  });
});
