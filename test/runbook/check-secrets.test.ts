import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkSecrets } from "../../src/runbook/parse-runbook.ts";

describe("checkSecrets()", () => {
  it("finds a service account's key, with its place", () => {
    const problems = [...checkSecrets(new Map([["key.json", '{\n  "private_key_id": "0a1b"\n}']]))];
    assert.deepEqual(
      problems.map(({ place }) => place),
      [{ file: "key.json", line: 2, column: 3 }],
    );
  });

  it("finds a key that was pasted into a script", () => {
    const text = `const key = "${["-----BEGIN", "PRIVATE KEY-----"].join(" ")}";`;
    assert.equal([...checkSecrets(new Map([["step.mjs", text]]))].length, 1);
  });

  it("finds a key in every kind of file, however it is written", () => {
    const texts = {
      "runbook.yml": "name: x\nprivate_key: MIIEvQIBADANBg\n",
      "sql/day.sql": '-- {"type": "service_account"}\nselect 1\n',
      "key.pem": `${["-----BEGIN", "RSA PRIVATE KEY-----"].join(" ")}\nMII\n`,
    };
    const problems = [...checkSecrets(new Map(Object.entries(texts)))];
    assert.deepEqual(
      problems.map(({ place }) => `${place.file}:${place.line}`),
      ["runbook.yml:2", "sql/day.sql:1", "key.pem:1"],
    );
  });

  it("finds nothing in a file that names keys only", () => {
    assert.deepEqual([...checkSecrets(new Map([["runbook.yml", "key: [private_key]\n"]]))], []);
  });
});
