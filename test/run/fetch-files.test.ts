import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createRedact } from "../../src/domain/redact.ts";
import { Fault } from "../../src/errors.ts";
import { fetchFiles } from "../../src/run/fetch-files.ts";

const home = process.cwd();
const into = "data/fetched";

describe("fetchFiles()", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-fetch-"));
    process.chdir(folder);
    await mkdir("runbooks/shop", { recursive: true });
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a program that fetches; gives what it printed. */
  async function fetchBy(
    program: string,
    {
      secrets = [],
      environment = {},
      to = into,
    }: {
      readonly secrets?: readonly string[];
      readonly environment?: Readonly<Record<string, string>>;
      readonly to?: string;
    } = {},
  ): Promise<readonly string[]> {
    await writeFile(
      "runbooks/shop/fetch.mjs",
      `import { writeFileSync } from "node:fs";\nconst put = (name, text) => writeFileSync(process.env.CASCADE_FETCH_DIR + "/" + name, text);\n${program}`,
    );
    const said: string[] = [];
    await fetchFiles(
      {
        runbook: { name: "shop", folder: "runbooks/shop" },
        fetch: { argv: [process.execPath, "fetch.mjs"], secrets, timeoutSeconds: 30 },
        into: to,
      },
      {
        environment: { PATH: process.env["PATH"] ?? "", ...environment },
        redact: createRedact([]),
        signal: new AbortController().signal,
        say: (line) => said.push(line),
      },
    );
    return said;
  }

  it("fills the folder, and replaces what an earlier fetch has put there", async () => {
    await fetchBy('put("a.csv", "1"); put("b.csv", "1");');
    await fetchBy('put("a.csv", "2");');
    assert.deepEqual(await readdir(into), [".fetched", "a.csv"]);
    assert.equal(await readFile(join(into, "a.csv"), "utf8"), "2");
  });

  it("leaves a file as it was, with its time, where its content is the same", async () => {
    const kept = await stat(join(into, "a.csv"));
    await fetchBy('put("a.csv", "2"); put("b.csv", "3");');
    const b = await stat(join(into, "b.csv"));
    assert.equal((await stat(join(into, "a.csv"))).mtimeMs, kept.mtimeMs);
    await utimes(join(into, "b.csv"), 1, 1);
    await fetchBy('put("a.csv", "2"); put("b.csv", "4");');
    assert.equal((await stat(join(into, "a.csv"))).mtimeMs, kept.mtimeMs);
    assert.ok((await stat(join(into, "b.csv"))).mtimeMs >= b.mtimeMs);
    assert.equal(await readFile(join(into, "b.csv"), "utf8"), "4");
    await fetchBy('put("a.csv", "2");');
  });

  it("finds again what a fetch has left aside that was killed before its files took the place", async () => {
    await rename(into, "data/.fetched.before");
    await assert.rejects(fetchBy("process.exit(3)"), { code: "load-failed" });
    assert.deepEqual(await readdir("data"), ["fetched"]);
    assert.equal(await readFile(join(into, "a.csv"), "utf8"), "2");
  });

  it("leaves what was there when it fails half-way, and tells its end and its last lines", async () => {
    const program = 'put("a.csv", "half"); console.error("no such bucket"); process.exit(3);';
    const fault = await fetchBy(program).catch((cause: unknown) => cause);
    assert.ok(fault instanceof Fault && fault.code === "load-failed");
    assert.equal(fault.message, "Cannot fetch the files of shop: exit code 3: no such bucket");
    assert.match(fault.hint, /fetch\.mjs` by hand in runbooks\/shop [^]*`cascade load shop`/);
    assert.equal(await readFile(join(into, "a.csv"), "utf8"), "2");
    assert.deepEqual(await readdir("data"), ["fetched"]);
  });

  it("takes no file at all for a failure", async () => {
    await assert.rejects(fetchBy(""), { message: /it ended well and left no file$/ });
  });

  it("shows it what commands see and the secrets that it names, and tells none of these", async () => {
    const program =
      'put("seen", JSON.stringify(process.env)); console.log("key is " + process.env.SHOP_KEY);';
    const environment = { SHOP_KEY: "open-sesame", GOOGLE_APPLICATION_CREDENTIALS: "/key.json" };
    assert.deepEqual(await fetchBy(program, { secrets: ["SHOP_KEY"], environment }), ["key is ***"]);
    const seen = await readFile(join(into, "seen"), "utf8");
    assert.match(seen, /"SHOP_KEY":"open-sesame"/);
    assert.doesNotMatch(seen, /key\.json/);
  });

  it("names a secret that is not set, before anything runs", async () => {
    const asked = fetchBy('put("a.csv", "3");', { secrets: ["SHOP_KEY"], environment: { SHOP_KEY: "" } });
    await assert.rejects(asked, { code: "load-failed", message: /SHOP_KEY is not set/ });
  });

  it("never removes files that people have put into the folder", async () => {
    await mkdir("own");
    await writeFile("own/orders.csv", "mine");
    await assert.rejects(fetchBy('put("a.csv", "1");', { to: "own" }), { message: /no fetch has put there/ });
    assert.deepEqual(await readdir("own"), ["orders.csv"]);
  });
});
