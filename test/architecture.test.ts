import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { describe, it } from "node:test";

type Import = { readonly from: string; readonly typeOnly: boolean };
type SourceFile = { readonly path: string; readonly text: string; readonly imports: readonly Import[] };

const root = join(import.meta.dirname, "..");

type Layer = { folders: string[]; types?: string[]; pureParts?: string[]; packages?: string[] };

/**
 * What the files of a folder may import: other folders, types of others, modules of others that reach no effect (how a
 * kind of gate judges and explains itself), and packages.
 */
const layers: Record<string, Layer> = {
  domain: { folders: [] },
  runbook: { folders: ["domain"], packages: ["yaml", "zod", "node:crypto"] },
  plan: { folders: ["domain", "runbook"], packages: ["node:crypto"] },
  sql: { folders: ["domain", "runbook"] },
  warehouse: { folders: ["domain", "sql"] },
  // What was recorded under a former hash is told in versions of the present one, which `plan` does.
  ledger: { folders: ["domain", "runbook", "sql", "warehouse"], types: ["plan"], pureParts: ["plan"] },
  // One table of what differs between engines beside their SQL; it alone chooses an adapter.
  engines: { folders: ["domain", "runbook", "plan", "sql", "warehouse"] },
  // What a date of a statement beside the steps rests on: gates, runs and jobs ask it alike.
  audit: { folders: ["domain", "runbook", "plan", "sql", "ledger", "warehouse"] },
  run: { folders: ["audit", "domain", "runbook", "plan", "sql", "ledger", "warehouse", "engines"] },
  gates: { folders: ["audit", "domain", "runbook", "plan", "sql", "ledger", "warehouse"] },
  triage: { folders: ["domain", "runbook", "plan"], types: ["gates"] },
  report: {
    folders: ["domain", "runbook", "plan"],
    types: ["gates", "triage"],
    pureParts: ["gates"],
    packages: ["markdown-table", "d3-scale", "d3-shape", "node:crypto"],
  },
  // What `new` guesses and writes: texts of a runbook out of what was found of tables, decided without looking at them.
  starter: { folders: ["domain", "runbook", "sql"], packages: ["yaml", "zod"] },
  // What the command line and the actions both do with the layers above: assess, explain, compare, recover, report.
  operations: {
    folders: [
      "domain",
      "runbook",
      "plan",
      "sql",
      "warehouse",
      "engines",
      "ledger",
      "audit",
      "run",
      "gates",
      "triage",
      "report",
      "starter",
    ],
  },
  github: {
    folders: [
      "domain",
      "runbook",
      "plan",
      "sql",
      "warehouse",
      "ledger",
      "audit",
      "run",
      "gates",
      "triage",
      "report",
      "operations",
      "engines",
    ],
  },
  // The real effects of a process, for both shells: clock, signals, environment, the adapter that an address names.
  process: { folders: ["runbook", "domain", "warehouse", "engines", "run", "github"], types: ["report"] },
};

/** Touching the clock, the environment, randomness, the network, the console or the file system. */
const effects =
  /from "node:(?!crypto")|import\("node:|\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\.|\bfetch\(|\brandom(?:UUID|Bytes|Int)\b|\bperformance\.|\bset(?:Timeout|Interval)\(/g;

/** What writes into a medium or makes text for it safe, and the only modules that may. */
const outlets: readonly { readonly writes: RegExp; readonly by: RegExp }[] = [
  // Streams of the process.
  {
    writes: /\bprocess\.std(?:out|err)\b|\bconsole\.(?:log|info|debug|warn|error|table|dir)\b/g,
    by: /^src\/process\/effects\.ts$/,
  },
  // Log, annotations and page of a run.
  {
    writes:
      /\bcore(?:\.(?:info|debug|error|warning|notice|setFailed|summary|startGroup|group)\b|\[)|STEP_SUMMARY/g,
    by: /^src\/github\/open-job\.ts$/,
  },
  // Commands of the runner, as text.
  { writes: /["'`]::[\w-]+|##\[[\w-]/g, by: /^src\/(?:github\/open-job|run\/command-voice)\.ts$/ },
  // Outputs and state that the workflow reads.
  { writes: /\bsetOutput\(|\bsaveState\(/g, by: /^actions\/[\w-]+\/job\.ts$/ },
  { writes: /\bas TerminalText\b/g, by: /^src\/report\/text\/terminal-text\.ts$/ },
  { writes: /\bas LogText\b/g, by: /^src\/report\/text\/log-text\.ts$/ },
  { writes: /\bas AnnotationText\b/g, by: /^src\/report\/text\/annotation-text\.ts$/ },
  { writes: /\bas Markdown\b(?! for)/g, by: /^src\/report\/text\/markdown-text\.ts$/ },
  { writes: /\bas Html\b/g, by: /^src\/report\/text\/html-text\.ts$/ },
  { writes: /\bas Mermaid\b/g, by: /^src\/report\/text\/mermaid-text\.ts$/ },
  // Style sheets, the page's script and its policy.
  { writes: /\bownText\(/g, by: /^src\/report\/(?:text\/html-text|html\/render-html|picture)\.ts$/ },
  // Documents that are put together of escaped pieces, and the lines by which texts of ours are found again.
  {
    writes: /\brenderedMarkdown\(/g,
    by: /^src\/(?:report\/(?:text\/markdown-text|markdown\/(?:table|render-markdown))|github\/(?:report\/sticky-marker|commands\/render-reply))\.ts$/,
  },
];

const pure = new Set(["domain", "runbook", "plan", "sql", "triage", "report", "starter"]);
const adapterPackages = { "@duckdb/node-api": "duckdb", "@google-cloud/bigquery": "bigquery" };
const sources = readSources(join(root, "src"));
const actions = existsSync(join(root, "actions")) ? readSources(join(root, "actions")) : [];
const layered = sources.filter(({ path }) => layerOf(path) !== "cli" && path !== "src/errors.ts");

describe("src", () => {
  it("has only folders that the table of layers names", () => {
    const unknown = layered.map(({ path }) => layerOf(path)).filter((layer) => !(layer in layers));
    assert.deepEqual([...new Set(unknown)], []);
  });

  it("imports inwards only", () => {
    assert.deepEqual(layered.flatMap(forbiddenImports), []);
  });

  it("keeps the warehouse clients to their adapters", () => {
    const others = [...sources, ...actions].flatMap(({ path, text }) =>
      Object.entries(adapterPackages)
        .filter(([name, kind]) => text.includes(`"${name}"`) && !path.startsWith(`src/warehouse/${kind}`))
        .map(([name]) => `${path} imports ${name}`),
    );
    assert.deepEqual(others, []);
  });

  it("lets only the table of engines choose an adapter", () => {
    const others = sources
      .filter(({ path }) => layerOf(path) !== "warehouse" && layerOf(path) !== "engines")
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ from, typeOnly }) => !typeOnly && /warehouse\/(?:duckdb|bigquery)/.test(from))
          .map(({ from }) => `${path} imports ${from}`),
      );
    assert.deepEqual(others, []);
  });

  it("decides nothing by the name of an engine or a dialect", () => {
    const name = String.raw`["'\x60](?:duckdb|bigquery|googlesql)\b`;
    const decisions = [
      String.raw`[!=]==?\s*${name}`,
      String.raw`${name}["'\x60]\s*[!=]==?`,
      String.raw`\bcase\s+${name}`,
      String.raw`(?:startsWith|endsWith|includes|indexOf|has)\(${name}`,
      String.raw`\b(?:dialect|engine)(?:\.name)?\s*[!=]==?(?!\s*undefined)`,
      String.raw`[!=]==?\s*(?:\w+\.)*(?:dialect|engine|duckdb|googlesql)\b(?!\.(?!name\b))`,
      String.raw`\bswitch\s*\((?:\w+\.)*(?:dialect|engine)\b`,
    ];
    const compared = new RegExp(decisions.join("|"), "g");
    const own =
      /^src\/(?:engines\/(?:duckdb|bigquery)|sql\/(?:duckdb|googlesql)|warehouse\/(?:duckdb|bigquery))/;
    const found = [...sources, ...actions]
      .filter(({ path }) => !own.test(path))
      .flatMap(({ path, text }) =>
        [...withoutComments(text).matchAll(compared)].map(([match]) => `${path}: ${match}`),
      );
    assert.deepEqual(found, []);
  });

  it("has no clock, environment, randomness, network, console or file system in pure folders", () => {
    const found = layered
      .filter(({ path }) => pure.has(layerOf(path)))
      .flatMap(({ path, text }) =>
        [...withoutComments(text).matchAll(effects)].map(([match]) => `${path}: ${match}`),
      );
    assert.deepEqual(found, []);
  });

  it("reads rows of the warehouse through a shape", () => {
    const found = sources
      .filter(({ path }) => !path.startsWith("src/warehouse/"))
      .flatMap(({ path, text }) =>
        unshapedReads(path, withoutComments(text)).map((read) => `${path}: ${read}`),
      );
    assert.deepEqual(found, []);
  });

  it("finds nothing in a map by a text that is joined by hand", () => {
    const joined = /(?:\.(?:get|has|set|add)\(|groupBy\([^`\n]*=> )`[^`\n]*\$\{[^`\n]*\}[^`\n]*\$\{[^`\n]*`/g;
    assert.match("names.get(`${one} ${other}`)", joined);
    assert.deepEqual(
      sources.flatMap(({ path, text }) =>
        (withoutComments(text).match(joined) ?? []).map((key) => `${path}: ${key}`),
      ),
      [],
    );
  });

  it("makes a date only where it is parsed", () => {
    const casts = sources
      .filter(({ path }) => !path.startsWith("src/domain/"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\bas CalendarDate\b/g)].map(([cast]) => `${path}: ${cast}`),
      );
    assert.deepEqual(casts, []);
  });

  it("exports a name for one thing only", () => {
    const exported = sources.flatMap(({ path, text }) => exportedNames(text).map((name) => ({ name, path })));
    const twice = [...Map.groupBy(exported, ({ name }) => name)].filter(([, places]) => places.length > 1);
    assert.deepEqual(
      twice.map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(", ")}`),
      [],
    );
  });

  it("keeps what actions do out of the command line", () => {
    const reached = actions.flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => layerOf(normalize(join(dirname(path), from)).replaceAll("\\", "/")) === "cli")
        .map(({ from }) => `${path} imports ${from}`),
    );
    assert.deepEqual(reached, []);
  });

  it("writes where strangers may read through one module per medium", () => {
    const found = [...sources, ...actions].flatMap(({ path, text }) =>
      outlets
        .filter(({ by }) => !by.test(path))
        .flatMap(({ writes }) => [...withoutComments(text).matchAll(writes)])
        .map(([write]) => `${path}: ${write}`),
    );
    assert.deepEqual(found, []);
  });

  it("has no two modules that import each other, in however wide a circle", () => {
    assert.deepEqual(importCircles(sources), []);
  });

  it("says nothing of one runbook's domain", () => {
    const domain =
      /\bnba\b|player|basketball|games?\b|teams?\b|\bshots?\b|shooter|box.?scores?|gamebook|league|\bcourt|rebound|roster|athlete|\bcoach|opponent|PSZA|TDZA|\bPCF\b|\bPDC\b|\bTDGS\b|\bTOGS\b|\bPGS\b/gi;
    const found = sources.flatMap(({ path, text }) => {
      const isCli = path === "src/cli.ts" || path.startsWith("src/cli/");
      // A window's key in every runbook: it stands in the definitions that ledgers have stored.
      // And a service that messages go to.
      const format = text.replaceAll("last-games", "").replaceAll('"teams"', "").replaceAll("  teams: ", "");
      const checked = isCli ? format.replaceAll("nba-cascade", "") : format;
      return [...checked.matchAll(domain)].map(([match]) => `${path}: ${match}`);
    });
    assert.deepEqual(found, []);
  });
});

describe("files", () => {
  it("are named in kebab-case and not after nothing", () => {
    const names = [...sources, ...actions].flatMap(({ path }) => path.split("/"));
    const empty = new Set(["utils", "util", "helpers", "helper", "common", "shared", "misc"]);
    const bad = names.filter(
      (name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.ts)?$/.test(name) || empty.has(basename(name, ".ts")),
    );
    assert.deepEqual(bad, []);
  });

  it("are at most 300 lines", () => {
    const long = [...sources, ...actions].filter(({ text }) => text.split("\n").length > 301);
    assert.deepEqual(paths(long), []);
  });

  it("of actions are at most 40 lines", () => {
    const long = actions.filter(({ path, text }) => path.endsWith("/job.ts") && text.split("\n").length > 41);
    assert.deepEqual(paths(long), []);
  });

  it("that start actions shed the tokens of the job before they load anything else", () => {
    const starts = actions.filter(({ path }) => path.endsWith("/index.ts"));
    assert.deepEqual(
      starts.map(({ text }) => withoutComments(text).split("\n").filter(Boolean)),
      starts.map(() => [
        'import { shedTokens } from "../../src/process/shed-tokens.ts";',
        "shedTokens(process);",
        'await import("./job.ts");',
      ]),
    );
    const imports = sources.find(({ path }) => path === "src/process/shed-tokens.ts")?.imports;
    assert.deepEqual(
      imports?.filter(({ from }) => !from.startsWith("node:")),
      [],
    );
  });

  it("of src are no index and no barrel", () => {
    const barrels = sources.filter(
      ({ path, text }) => basename(path) === "index.ts" || /^export[^;=(]*\bfrom "/m.test(text),
    );
    assert.deepEqual(paths(barrels), []);
  });

  it("of src document what they export and export no default", () => {
    const found = sources.flatMap(({ path, text }) =>
      undocumentedExports(text).map((line) => `${path}: ${line}`),
    );
    assert.deepEqual(found, []);
  });

  it("import files of the repository that exist, by their full name", () => {
    const missing = [...sources, ...actions].flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => from.startsWith(".") && !existsSync(join(root, dirname(path), from)))
        .map(({ from }) => `${path} imports ${from}`),
    );
    assert.deepEqual(missing, []);
  });
});

function readSources(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      return {
        path: relative(root, join(folder, path)).replaceAll("\\", "/"),
        text,
        imports: importsOf(text),
      };
    });
}

/** Imports of a module: static ones (a list of nothing but types counts as types) and dynamic ones. */
function importsOf(text: string): readonly Import[] {
  const statements = withoutComments(text).matchAll(
    /^(?:import|export)\s+(type\s+)?([^;"=]*?)\s*from\s+"([^"]+)"/gm,
  );
  const bare = withoutComments(text).matchAll(/(?:^import\s+|\bimport\()"([^"]+)"/gm);
  return [
    ...[...statements].map(([, type, names = "", from = ""]) => ({
      from,
      typeOnly: type !== undefined || onlyTypes(names),
    })),
    ...[...bare].map(([, from = ""]) => ({ from, typeOnly: false })),
  ];
}

function onlyTypes(names: string): boolean {
  const listed = names.replaceAll(/[{}]/g, "").split(",");
  return listed.every((name) => name.trim() === "" || name.trim().startsWith("type "));
}

function forbiddenImports({ path, imports }: SourceFile): readonly string[] {
  return imports.filter((found) => !isGranted(path, found)).map(({ from }) => `${path} imports ${from}`);
}

/** Who may hold rows whose columns only a runbook knows: to write them to a file, to show or to keep them. */
const rowKeepers = new Set([
  "src/engines/bigquery-exchange.ts",
  "src/operations/explain-partition.ts",
  "src/gates/remember-answers.ts",
  "src/gates/keep-answers.ts",
  "src/ledger/kept-answers.ts",
]);

/** Rows that a module takes from a query itself, or by a column's name, instead of by `queryRows`. */
function unshapedReads(path: string, text: string): readonly string[] {
  const columns = /\brow\w*(?:\?\.)?\[["'`][^\]]*\]/g;
  const answers =
    /^.*\bwarehouse\.query\(|^import .*\bRow\b.* from ".*\/warehouse\.ts";|^.*\bsession\.query\(/gm;
  const statements = /^\s*await \w+\.query\(/;
  const taken = [...text.matchAll(answers)]
    .map(([line]) => line.trim())
    .filter((line) => !statements.test(line));
  return [...[...text.matchAll(columns)].map(([read]) => read), ...(rowKeepers.has(path) ? [] : taken)];
}

/** Names that a module declares and exports. */
function exportedNames(text: string): readonly string[] {
  const declared = withoutComments(text).matchAll(
    /^export (?:declare )?(?:async )?(?:abstract )?(?:type|function\*?|class|const|let|interface) (\w+)/gm,
  );
  return [...declared].map(([, name = ""]) => name);
}

/** Modules that are between imports of each other, those of types included: none of them can be taken away first or last. */
function importCircles(files: readonly SourceFile[]): readonly string[] {
  const waiting = new Map(
    files.map(({ path, imports }): [string, readonly string[]] => [
      path,
      imports.map(({ from }) => normalize(join(dirname(path), from)).replaceAll("\\", "/")),
    ]),
  );
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    for (const [path, targets] of waiting) {
      if (!targets.some((target) => waiting.has(target))) waiting.delete(path);
    }
    const wanted = new Set([...waiting.values()].flat());
    for (const path of waiting.keys()) if (!wanted.has(path)) waiting.delete(path);
  }
  return [...waiting].map(
    ([path, targets]) => `${path} -> ${targets.filter((target) => waiting.has(target)).join(", ")}`,
  );
}

/** Packages are free where effects are; pure folders name theirs. */
function isGranted(path: string, { from, typeOnly }: Import): boolean {
  const own = layerOf(path);
  const layer = layers[own];
  if (layer === undefined) return true;
  if (!from.startsWith(".")) return !pure.has(own) || (layer.packages ?? []).includes(from);
  const target = normalize(join(dirname(path), from)).replaceAll("\\", "/");
  const folder = layerOf(target);
  if (target === "src/errors.ts" || folder === own || layer.folders.includes(folder)) return true;
  if (typeOnly && (layer.types ?? []).includes(folder)) return true;
  return (layer.pureParts ?? []).includes(folder) && !reachesEffects(target);
}

/** Whether a module, or one whose values it imports, asks a warehouse or touches the world. */
function reachesEffects(path: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const text = withoutComments(sources.find((file) => file.path === path)?.text ?? "Warehouse");
  if (layerOf(path) === "warehouse" || /\bWarehouse\b/.test(text) || text.search(effects) >= 0) return true;
  const imports = sources.find((file) => file.path === path)?.imports ?? [];
  return imports
    .filter(({ from, typeOnly }) => from.startsWith(".") && !typeOnly)
    .some(({ from }) => reachesEffects(normalize(join(dirname(path), from)).replaceAll("\\", "/"), seen));
}

function layerOf(path: string): string {
  if (path === "src/cli.ts") return "cli";
  return path.split("/")[1] ?? "";
}

/** Exports without a doc comment above, and default exports. */
function undocumentedExports(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.filter((line, index) => {
    if (/^export default\b/.test(line)) return true;
    const name = /^export (?:async )?(?:function\*?|class|const|let|interface|abstract class) /.test(line);
    const type = /^export type [A-Z]/.test(line);
    if (!name && !type) return false;
    return !(lines[index - 1] ?? "").trim().endsWith("*/");
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}

function paths(files: readonly SourceFile[]): readonly string[] {
  return files.map(({ path }) => path);
}
