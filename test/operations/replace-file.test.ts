import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { replaceFile } from "../../src/operations/replace-file.ts";
import { cascade, copyShop } from "../cli/cascade.ts";
import { openShop } from "../run/shop.ts";

describe("replaceFile()", () => {
  it("replaces a file, and a link rather than what it leads to", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-replace-"));
    const [precious, link] = [join(folder.path, "precious"), join(folder.path, "link")];
    writeFileSync(precious, "precious");
    symlinkSync(precious, link);
    for (const text of ["one", "two"]) {
      await replaceFile(link, text);
      assert.deepEqual([readFileSync(link, "utf8"), lstatSync(link).isFile()], [text, true]);
    }
    assert.equal(readFileSync(precious, "utf8"), "precious");
    assert.deepEqual(readdirSync(folder.path).toSorted(), ["link", "precious"]);
  });

  it("leaves nothing beside what it cannot replace", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-replace-"));
    mkdirSync(join(folder.path, "taken/inside"), { recursive: true });
    await assert.rejects(replaceFile(join(folder.path, "taken"), "text"));
    assert.deepEqual(readdirSync(folder.path), ["taken"]);
  });
});

describe("commands that write files of a checkout", () => {
  it("write nothing through links that it has", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-links-"));
    await copyShop(join(folder.path, "runbooks/shop"));
    await (await openShop(join(folder.path, ".cascade/warehouse.duckdb")))[Symbol.asyncDispose]();
    writeFileSync(join(folder.path, "precious"), "precious");
    const linked = [
      "out/report.html",
      "out/report.md",
      "out/report.json",
      ".github/workflows/backfill-shop-bigquery.yml",
    ];
    for (const path of linked) {
      mkdirSync(join(folder.path, path, ".."), { recursive: true });
      symlinkSync(join(folder.path, "precious"), join(folder.path, path));
    }
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const report = await cascade(["report", "shop"]);
      assert.match(report.stderr, /report\.html/);
      assert.equal((await cascade(["workflow", "shop", "--warehouse", "bigquery"])).code, 0);
      for (const path of linked) assert.equal(lstatSync(path).isFile(), true, path);
      assert.equal(readFileSync("precious", "utf8"), "precious");
    } finally {
      process.chdir(before);
    }
  });
});
