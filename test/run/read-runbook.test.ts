import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, mkdtempDisposable, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import type { Processor } from "../../src/runbook/runbook.ts";
import { listRunbooks } from "../../src/run/find-runbook.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";

describe("readRunbook()", () => {
  it("takes a name, a folder and a file", async () => {
    const given = ["web-events", "runbooks/web-events", "runbooks/web-events/runbook.yml"];
    const runbooks = await Promise.all(given.map((name) => readRunbook(name)));
    assert.deepEqual(
      runbooks.map(({ name, folder }) => [name, folder]),
      given.map(() => ["web-events", join("runbooks", "web-events")]),
    );
  });

  it("takes an example by its name where there is no such folder", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-runbook-"));
    const script = `import { readRunbook } from ${JSON.stringify(join(import.meta.dirname, "../../src/run/read-runbook.ts"))};
      console.log((await readRunbook("web-events")).folder);`;
    const options = { cwd: folder.path, encoding: "utf8" } as const;
    const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], options);
    assert.equal(resolve(folder.path, printed.trim()), resolve("runbooks/web-events"));
  });

  it("parses one anew when any of its files has changed, and only then", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-runbook-"));
    await cp("runbooks/web-events", join(folder.path, "web-events"), { recursive: true });
    const path = join(folder.path, "web-events");
    const first = await readRunbook(path);
    assert.equal(await readRunbook(path), first);
    const [{ step }] = first.processors as [Processor];
    assert.ok(step.kind === "sql");
    await appendFile(join(path, step.sql.file), "\n-- another text");
    const [changed] = (await readRunbook(path)).processors;
    assert.ok(changed?.step.kind === "sql");
    assert.match(changed.step.sql.text, /-- another text$/);
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
      assert.match(error.message, /runbook\.yml:1:1 "sources" is missing/);
      return true;
    });
  });

  it("refuses links, and more files or bytes than a runbook may have, before it reads any", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-runbook-"));
    await writeFile(join(folder.path, "runbook.yml"), "name: x\n");
    await mkdir(join(folder.path, ".hidden"));
    await symlink("/etc/hostname", join(folder.path, ".hidden/link"));
    await mkdir(join(folder.path, "sql"));
    await symlink("/etc/hostname", join(folder.path, "sql/host.sql"));
    await symlink("/etc", join(folder.path, "etc"));
    const many = Array.from({ length: 500 }, (_, index) => join(folder.path, `sql/${index}.sql`));
    const large = " ".repeat(4_500_000);
    await Promise.all(many.map((path, index) => writeFile(path, index < 5 ? large : "")));
    await assert.rejects(readRunbook(folder.path), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, "runbook-invalid");
      const lines = error.message
        .split("\n")
        .slice(1)
        .map((line) => line.slice(line.lastIndexOf("runbook-") + 15));
      assert.deepEqual(lines.toSorted(), [
        "etc:1:1 It is a symbolic link (put the file itself here)",
        "runbook.yml:1:1 Its folder holds 22500008 bytes, over 20000000 (keep data and generated files elsewhere)",
        "runbook.yml:1:1 Its folder holds 501 files, over 500 (keep data and generated files elsewhere)",
        "sql/host.sql:1:1 It is a symbolic link (put the file itself here)",
      ]);
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
