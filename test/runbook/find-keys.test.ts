import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readRunbookText } from "../../src/run/read-runbook.ts";
import { findKeys } from "../../src/runbook/find-keys.ts";
import { runbookFiles, runbookNames } from "./repository-runbooks.ts";

const header = ["-----BEGIN", "PRIVATE KEY-----"].join(" ");
const random = "Zq3xT9vLmK2wR8pYc5dN7hB4";

/** Texts that hold a key, by what it is; parts are joined so that no scanner takes this file for a leak. */
const leaks: Readonly<Record<string, string>> = {
  "a service account's file": '{\n  "private_key_id": "0a1b"\n}',
  "an entry of a list": `accounts:\n  - private_key: ${random}\n`,
  "a flow mapping": `account: { project: x, private_key: ${random} }\n`,
  "a flow mapping over lines": `account: {\n  'private_key' : "${random}" }\n`,
  "an object of JavaScript": `export const key = { project: "x", private_key: '${random}' };`,
  "an object of JavaScript with quotes of its own": `const key = { 'private_key': \`${random}\` };`,
  "an assignment of Python": `private_key = "${random}"`,
  "the type of an account without quotes": "type: service_account\n",
  "a user's credentials": '{ "type": "authorized_user" }',
  "a user's refresh token": `{ "refresh_token": "${random}" }`,
  "a client's secret": `client_secret: ${random}\n`,
  "a pasted key": `const key = "${header}";`,
  "a key of RSA": `${header.replace("PRIVATE", "RSA PRIVATE")}\nMII\n`,
  "a key of OpenSSH": header.replace("PRIVATE", "OPENSSH PRIVATE"),
  "a key of PGP": header.replace("KEY", "KEY BLOCK").replace("PRIVATE", "PGP PRIVATE"),
  "a personal token of GitHub": `token: ${["ghp", random + random.slice(0, 12)].join("_")}`,
  "a token of GitHub Actions": `token: ${["ghs", random + random.slice(0, 12)].join("_")}`,
  "a fine-grained token of GitHub": ["github_pat", random].join("_"),
  "an access key of AWS": ["AKIA", "IOSFODNN7TRAINED"].join(""),
  "an API key of Google": ["AIza", "SyZq3xT9vLmK2wR8pYc5dN7hB4ZqZqZqZqZ"].join(""),
};

describe("findKeys()", () => {
  for (const [what, text] of Object.entries(leaks)) {
    it(`finds ${what}`, () => {
      assert.equal(findKeys(textWith("step.mjs", text)).length, 1);
    });
  }

  it("says where, and nothing of the key", () => {
    const [found] = findKeys(
      textWith("sql/day.sql", `select 1\n-- token ${["ghp", random + random].join("_")}`),
    );
    assert.deepEqual(found?.place, { file: "sql/day.sql", line: 2, column: 10 });
    assert.equal(JSON.stringify(found).includes(random), false);
  });

  for (const [what, text] of Object.entries({
    "a list of names": "key: [private_key]\n",
    "a column that is called like one":
      "select private_key, refresh_token from t where private_key = other_key\n",
    "the words of a document": "A private key opens everything; a refresh_token: see below.\n",
    "a fingerprint": "digest: 4b1f0c9a8e7d6c5b4a3f2e1d0c9b8a7f\n",
    "another identifier": "my_private_key_id_column: string\n",
  })) {
    it(`finds nothing in ${what}`, () => assert.deepEqual(findKeys(textWith("notes.md", text)), []));
  }

  for (const name of runbookNames) {
    it(`finds nothing in ${name}`, async () => {
      assert.deepEqual(findKeys({ folder: name, name, files: await runbookFiles(name) }), []);
    });
  }
});

describe("readRunbookText()", () => {
  it("finds keys in hidden and very large files, which are no part of the runbook", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cascade-keys-"));
    try {
      const key = `private_key: ${random}\n`;
      await mkdir(join(folder, ".config"));
      await writeFile(join(folder, "runbook.yml"), "name: x\n");
      await writeFile(join(folder, ".env"), `A=1\n${key}`);
      await writeFile(join(folder, ".config/account.yml"), key);
      await writeFile(join(folder, "rows.ndjson"), `${'{"n":1}\n'.repeat(800_000)}${key}`);
      await writeFile(join(folder, "rows.bin"), `\0${key}${" ".repeat(5_000_001)}`);
      const text = await readRunbookText(folder);
      assert.deepEqual([...text.files.keys()], ["runbook.yml"]);
      assert.deepEqual(
        findKeys(text)
          .map(({ place }) => `${place.file}:${place.line}:${place.column}`)
          .toSorted(),
        [".config/account.yml:1:1", ".env:2:1", "rows.ndjson:800001:1"],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("finds a key wherever the pieces of a large file end", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cascade-keys-"));
    try {
      await writeFile(join(folder, "runbook.yml"), "name: x\n");
      for (const before of [999_990, 999_999, 1_000_005, 1_999_995]) {
        const text = `${"x".repeat(before)}\nprivate_key: ${random}\n${" ".repeat(5_000_000)}`;
        await writeFile(join(folder, "large.txt"), text);
        const [found] = findKeys(await readRunbookText(folder));
        assert.deepEqual(found?.place, { file: "large.txt", line: 2, column: 1 }, String(before));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function textWith(file: string, text: string): Parameters<typeof findKeys>[0] {
  return { folder: "x", name: "x", files: new Map([[file, text]]) };
}
