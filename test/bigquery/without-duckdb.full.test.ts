import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { copyCheckout } from "../github/runner/copy-checkout.ts";
import { nodeBinary } from "../github/runner/node-binary.ts";
import { readShop } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { openEmulatedShop } from "./emulated-shop.ts";

const root = join(import.meta.dirname, "../..");
const checkout = mkdtempSync(join(tmpdir(), "cascade-lean-"));

type Ended = { readonly exitCode: number; readonly text: string };

/** Runs a program of the lean checkout to its end. */
function start(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: checkout, ...environment };
  return new Promise((resolve) => {
    execFile(nodeBinary, [program, ...args], { cwd: checkout, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` });
    });
  });
}

describe("an installation without optional dependencies, as BigQuery jobs have it", () => {
  before(() => {
    for (const folder of ["src", "actions", "test/fixtures/shop"]) {
      mkdirSync(join(checkout, folder), { recursive: true });
      copyCheckout(join(root, folder), join(checkout, folder));
    }
    copyCheckout(join(root, "runbooks"), join(checkout, "runbooks"));
    copyFileSync(join(root, "package.json"), join(checkout, "package.json"));
    const packages = join(checkout, "node_modules");
    mkdirSync(packages);
    for (const name of readdirSync(join(root, "node_modules"))) {
      if (name !== "@duckdb") symlinkSync(join(root, "node_modules", name), join(packages, name));
    }
  });
  after(() => rmSync(checkout, { recursive: true, force: true }));

  it("runs a cell on BigQuery", { skip: withoutEmulator }, async () => {
    await using shop = await openEmulatedShop(await readShop());
    const selection = ["--processor", "DAY", "--dates", "2024-01-01"];
    const target = ["--warehouse", "bigquery:test"];
    const args = ["run", "test/fixtures/shop", ...selection, ...target, "--allow-findings"];
    const { exitCode, text } = await start("src/cli/start-cli.ts", args, {
      CASCADE_BIGQUERY_ENDPOINT: shop.emulator.endpoint,
    });
    assert.equal(exitCode, 0, "the rest of the period was not asked for");
    assert.match(text, /✓ DAY +1 of 1 date/);
  });

  it("says what is missing where DuckDB is asked for", async () => {
    const { exitCode, text } = await start("src/cli/start-cli.ts", [
      "sample",
      "nba-cascade",
      "--warehouse",
      "duckdb:x",
    ]);
    assert.equal(exitCode, 3, text);
    assert.match(text, /the package @duckdb\/node-api is not installed/);
    assert.match(text, /npm ci/);
  });

  it("starts every action", async () => {
    const started = readdirSync(join(checkout, "actions")).map(async (name) => {
      const { text } = await start(`actions/${name}/index.ts`, []);
      assert.match(text, /::error/, name);
      assert.doesNotMatch(text, /title=bug|ERR_MODULE_NOT_FOUND|@duckdb/, `${name}: ${text}`);
    });
    await Promise.all(started);
  });
});
