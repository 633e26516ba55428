import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../src/cli/command-table.ts";

const root = join(import.meta.dirname, "../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "runbooks/README.md",
  ".github/SECURITY.md",
  ".github/pull_request_template.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
  ...readdirSync(join(root, "runbooks")).flatMap((name) =>
    existsSync(join(root, "runbooks", name, "README.md")) ? [`runbooks/${name}/README.md`] : [],
  ),
];

describe("the pages of the repository", () => {
  it("link to files and headings that exist", () => {
    const broken = pages.flatMap((page) =>
      linksOf(textOf(page))
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it("are all reached from the README", () => {
    const reached = new Set(["README.md"]);
    for (const page of reached) {
      for (const link of linksOf(textOf(page))) {
        const target = join(dirname(page), link.replace(/#.*/, ""));
        if (target.endsWith(".md")) reached.add(target);
      }
    }
    const unread = pages.filter((page) => !reached.has(page) && !page.startsWith(".github/pull"));
    assert.deepEqual(
      unread.filter((page) => page.startsWith("docs/") || !page.includes("/")),
      [],
    );
  });

  it("say what they say of code about files that exist", () => {
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/`((?:src|test|actions)\/[\w./-]+)`/g)].map(
        ([, path = ""]) => [page, path] as const,
      ),
    );
    const missing = named.filter(
      ([, path]) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.ts`)),
    );
    assert.deepEqual(missing, []);
  });
});

describe("README.md", () => {
  it("has at most 120 lines", () => {
    assert.ok(textOf("README.md").split("\n").length <= 121);
  });
});

describe(".github/SECURITY.md", () => {
  it("tells of every attack where it goes in, what stops it and which test tries it", () => {
    const rows = textOf(".github/SECURITY.md")
      .split("\n")
      .filter((line) => /^\| (?!attack \|)/.test(line))
      .map((line) => line.slice(2, -2).split(" | "));
    assert.ok(rows.length > 25);
    const named = rows.flatMap(({ 3: tests = "" }) => tests.match(/test\/[\w./-]+/g) ?? []);
    assert.deepEqual(
      named.filter((path) => !existsSync(path)),
      [],
    );
    assert.deepEqual(
      rows.filter(
        ({ length, 3: tests = "" }) =>
          length !== 4 || !/^`test\/[\w./-]+\.test\.ts`(?:, `test\/[\w./-]+\.test\.ts`)*$/.test(tests),
      ),
      [],
    );
  });
});

describe("docs/commands.md", () => {
  const page = textOf("docs/commands.md");

  it("has every command in a row, and no other", () => {
    const table = page.slice(0, page.indexOf("\n## "));
    const rows = [...table.matchAll(/^\| `([a-z]+)` \|/gm)].map(([, name]) => name ?? "");
    assert.deepEqual(rows.toSorted(), Object.keys(commands).toSorted());
  });

  it("has every option", () => {
    const declared =
      /const definitions = \{([^]*?)\n\} as const/.exec(textOf("src/operations/typed/options.ts"))?.[1] ?? "";
    const options = [...declared.matchAll(/^ {2}"?([a-z-]+)"?: \{/gm)].map(([, name]) => `--${name ?? ""}`);
    assert.ok(options.length > 20);
    assert.deepEqual(
      options.filter((option) => !new RegExp(`${option}\\b(?!-)`).test(page)),
      [],
    );
  });
});

describe("docs/github.md", () => {
  it("has every refusal of a command with its way out", () => {
    const code = textOf("src/github/commands/refusal.ts");
    const block = /const refusalHints = \{([^]*?)\n\} as const/.exec(code)?.[1] ?? "";
    const rows = [...block.matchAll(/^ {2}"?([a-z-]+)"?:\s+"([^"]+)",$/gm)].map(
      ([, name, hint]) => `| \`${name}\` | ${hint} |`,
    );
    assert.equal(rows.length, block.match(/^ {2}\S+:/gm)?.length);
    assert.deepEqual(
      rows,
      textOf("docs/github.md")
        .match(/^\| `[a-z-]+` \| [A-Z].* \|$/gm)
        ?.slice(-rows.length),
    );
  });
});

describe("docs/architecture.md", () => {
  it("names every layer", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const table = textOf("docs/architecture.md");
    assert.deepEqual(
      folders.filter(({ name }) => !table.includes(`| \`src/${name}\``)).map(({ name }) => name),
      [],
    );
  });
});

function textOf(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** Links and pictures that stay in the repository. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^https?:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(textOf(target)).includes(anchor);
}

/** Headings as GitHub's anchors. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}
