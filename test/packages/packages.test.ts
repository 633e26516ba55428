import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { z } from "zod";

const root = join(import.meta.dirname, "../..");
const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      link: z.boolean().optional(),
      os: names.optional(),
      cpu: names.optional(),
    }),
  ),
});
const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
const installed = Object.entries(packages)
  .filter(([path, { link }]) => path.includes("node_modules/") && link !== true)
  .map(([path, found]) => ({
    ...found,
    id: `${path.slice(path.lastIndexOf("node_modules/") + 13)}@${found.version}`,
  }));

/** Licences, as SPDX names them, under which others may be given what we install. */
const allowed = new Set([
  "MIT",
  "MIT/X11",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "Unlicense",
]);

/** Packages without the field, and what is known of their licence. */
const withoutField: Readonly<Record<string, string>> = {
  "buffers@0.1.1":
    "none is stated; it reads downloads for the artifact client of GitHub, which offers no way around it",
  "khroma@2.1.0": "MIT, in its file `license`; for development only",
};

describe("the packages of the lock file", () => {
  it("have a licence that allows their use", () => {
    const others = installed.filter(
      ({ id, license }) => !(license === undefined ? id in withoutField : isAllowed(license)),
    );
    assert.deepEqual(
      others.map(({ id, license }) => `${id}: ${license ?? "no licence"}`),
      [],
    );
    const without = installed.filter(({ license }) => license === undefined).map(({ id }) => id);
    assert.deepEqual(without.toSorted(), Object.keys(withoutField), "an exception that is none any more");
  });

  it("run nothing when they are installed", () => {
    assert.deepEqual(
      installed.filter(({ hasInstallScript }) => hasInstallScript === true).map(({ id }) => id),
      [],
    );
  });

  it("bring Node for every platform for which there is a DuckDB", () => {
    const platformsOf = (form: RegExp): readonly string[] =>
      [
        ...new Set(
          installed.filter(({ id }) => form.test(id)).map(({ os, cpu }) => `${String(os)} ${String(cpu)}`),
        ),
      ].toSorted();
    const duckDb = platformsOf(/^@duckdb\/node-bindings-/);
    assert.ok(duckDb.length >= 5, String(duckDb));
    assert.deepEqual(platformsOf(/^node-(?:bin-)?(?:linux|darwin|win)-/), duckDb);
  });

  it("are pinned by the hash of their content", () => {
    const others = installed.filter(({ integrity }) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""));
    assert.deepEqual(
      others.map(({ id }) => id),
      [],
    );
  });
});

describe("the workflow CI", () => {
  it("looks at the signatures of all packages, and at what is known of those at run time", () => {
    const workflow = z
      .object({
        jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ run: z.string().optional() })) })),
      })
      .parse(parse(readFileSync(join(root, ".github/workflows/ci.yml"), "utf8")));
    const lines = (workflow.jobs["audit"]?.steps ?? []).flatMap(({ run }) => run ?? []);
    assert.deepEqual(lines, [
      "npm ci --ignore-scripts --no-audit --no-fund",
      "npm audit signatures",
      "npm audit --omit=dev --audit-level=moderate",
    ]);
  });
});

/** `(A OR B)` and `(A AND B)` by their parts. */
function isAllowed(license: string): boolean {
  const text = license.replaceAll(/[()]/g, "");
  if (text.includes(" OR ")) return text.split(" OR ").some(isAllowed);
  return text.split(" AND ").every((part) => allowed.has(part));
}
