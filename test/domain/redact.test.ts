import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createRedact, secretsOf } from "../../src/domain/redact.ts";
import { findKey } from "../../src/runbook/find-keys.ts";

const redact = createRedact([]);

describe("secretsOf()", () => {
  it("goes by what the names of variables say", () => {
    const environment = {
      GITHUB_TOKEN: "a-token",
      "INPUT_GITHUB-TOKEN": "b-token",
      CLIENT_SECRET: "c-secret",
      AWS_SECRET_ACCESS_KEY: "d-key",
      apiKey: "e-key",
      PGPASSWORD: "f-word",
      MYSQL_PWD: "g-word",
      DB_PASS: "h-word",
      GOOGLE_APPLICATION_CREDENTIALS: "/home/i.json",
      PATH: "/usr/bin",
      HOME: "/home/somebody",
      PWD: "/home/somebody/work",
      LANG: "C",
      EMPTY: undefined,
    };
    const found = "abcdefgh".split("").map((letter) => new RegExp(`^${letter}-`));
    const secrets = secretsOf(environment);
    assert.equal(secrets.length, found.length + 1);
    for (const pattern of found)
      assert.ok(
        secrets.some((secret) => pattern.test(secret)),
        String(pattern),
      );
  });
});

describe("createRedact()", () => {
  it("takes a value out wherever it stands, as it is, in JSON, in an address and in base64", () => {
    const secret = 'hunter"2/&x';
    const hide = createRedact([secret]);
    for (const text of [
      secret,
      JSON.stringify({ reason: secret }),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ]) {
      assert.equal(hide(`before ${text} after`).includes("hunter"), false, text);
      assert.equal(hide(`before ${text} after`).includes(Buffer.from(secret).toString("base64")), false);
    }
  });

  it("takes out each line of a secret that has lines, and the longer of two first", () => {
    assert.equal(createRedact(["first-line-of-it\nsecond-line-of-it"])("x second-line-of-it"), "x ***");
    assert.equal(createRedact(["abcdef", "abcdefgh"])("abcdefgh"), "***");
  });

  it("leaves values that are no secrets, whatever they are called", () => {
    for (const value of ["", "1", "100", "true", "us"]) {
      assert.equal(createRedact([value])("100 rows, true of us"), "100 rows, true of us");
    }
  });

  for (const [name, key] of [
    ["GitHub", `ghp_${"a1".repeat(18)}`],
    ["GitHub jobs", `ghs_${"a1".repeat(18)}`],
    ["GitHub, fine-grained", `github_pat_${"a1".repeat(30)}`],
    ["AWS", `AKIA${"A1".repeat(8)}`],
    ["Google", `AIza${"a".repeat(35)}`],
    ["Google access", `ya29.${"a".repeat(40)}`],
    ["Google refresh", `1//0${"a".repeat(40)}`],
    ["Slack", "xoxb-1234567890-abcdef"],
    ["Stripe", `sk_live_${"a".repeat(24)}`],
    ["a signed token", `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----"],
    ["a private key that is cut off", "-----BEGIN PRIVATE KEY-----\\nMIIEabc"],
    ["PGP", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----"],
  ] as const) {
    it(`knows the key of ${name} by its form`, () => {
      assert.equal(redact(`cannot use ${key}`), "cannot use ***");
    });
  }

  it("takes out what a text itself calls secret", () => {
    assert.equal(redact("postgres://me:open%sesame@host/db"), "postgres://me:***@host/db");
    assert.equal(redact("Authorization: Bearer abc.def-ghi"), "Authorization: Bearer ***");
    assert.equal(redact('{"password": "sesame", "rows": 3}'), '{"password": "***", "rows": 3}');
    assert.equal(redact("--api-key=sesame --rows=3"), "--api-key=*** --rows=3");
  });

  it("leaves ordinary words of errors", () => {
    for (const text of [
      "SyntaxError: Unexpected token '}' at line 3",
      "KeyError: 'amount'",
      'the key stands more than once (2 of them, first "b0")',
      "https://example.org/path?page=2",
    ]) {
      assert.equal(redact(text), text);
    }
  });

  it("finds a secret behind a name inside of another assignment", () => {
    assert.equal(redact("rows=token=abcd"), "rows=token=***");
    assert.equal(redact("x-my_token_2=abcd"), "x-my_token_2=***");
  });

  it("reads a text in time that grows with its length, however it is made", { timeout: 60_000 }, () => {
    const pieces = [
      "token",
      "secret-",
      "eyJ-",
      "eyJaaaaaaaa",
      "a",
      "password='",
      "://a:",
      "bearer ",
      "-----BEGIN ",
    ];
    for (const piece of pieces) {
      const text = piece.repeat(1_000_000 / piece.length);
      assert.ok(redact(text).length > 0);
      assert.equal(findKey(`${text}\n"private_key": "x"`)?.line, 2, piece);
    }
  });

  it("leaves no secret in any text, and does the same twice", () => {
    fc.assert(
      fc.property(
        fc
          .string({ minLength: 6, maxLength: 30, unit: "binary" })
          .filter((text) => /^\S{6,}$/.test(text) && !/^\d+$/.test(text) && !text.includes("*")),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const hidden = createRedact([secret])(before + secret + after);
          assert.equal(hidden.includes(secret), false);
          assert.equal(createRedact([secret])(hidden), hidden);
        },
      ),
    );
  });
});
