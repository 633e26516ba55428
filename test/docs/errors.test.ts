import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Fault, type FaultCode } from "../../src/errors.ts";

const root = join(import.meta.dirname, "../..");
const code = readFileSync(join(root, "src/errors.ts"), "utf8");
const page = readFileSync(join(root, "docs/errors.md"), "utf8");
const declared = [...code.matchAll(/\/\*\* (.+) \*\/\n {2}\| "([a-z-]+)"/g)].map(
  ([, meaning = "", name = ""]) => ({ name, meaning }),
);
const sections = page.split(/^### /m).slice(1);

describe("docs/errors.md", () => {
  it("has every code once, with the exit code and the meaning that the code gives it", () => {
    assert.equal(declared.length, [...code.matchAll(/^ {2}\| "/gm)].length, "codes without a comment");
    const expected = declared.map(({ name, meaning }) => [`\`${name}\` (exit ${exitCodeOf(name)})`, meaning]);
    const written = sections.map((section) => section.split("\n").slice(0, 2));
    assert.deepEqual(written.toSorted(byHeading), expected.toSorted(byHeading));
  });

  it("says cause and way out of each", () => {
    const form = /^.+\n.+\n- \*\*Cause\*\*: .{20,}\n- \*\*Way out\*\*: .{20,}\n(?:\n## .+\n)?\n?$/;
    assert.deepEqual(
      sections.filter((section) => !form.test(section)),
      [],
    );
  });

  it("has no code that nothing throws", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
    const texts = files
      .filter((path) => path.endsWith(".ts") && path !== "errors.ts")
      .map((path) => readFileSync(join(root, "src", path), "utf8"));
    const silent = declared.filter(
      ({ name }) => !texts.some((text) => new RegExp(`\\bFault\\(\\s*"${name}"`).test(text)),
    );
    assert.deepEqual(silent, []);
  });
});

function exitCodeOf(name: string): number {
  return new Fault(name as FaultCode, "", { hint: "" }).exitCode;
}

function byHeading([left = ""]: readonly string[], [right = ""]: readonly string[]): number {
  return left < right ? -1 : 1;
}
