import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { parseRunbook } from "../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import { changedFiles, parseChanged, problemsAfter, validRunbook } from "./small-runbook.ts";

const main = "runbook.yml";

describe("parseRunbook()", () => {
  it("reports every mistake of every file at once, sorted by place", () => {
    const problems = problemsAfter(
      [main, "ledger: shop_processing\n", "ledger: shop_processing\nowners: tests\n"],
      [main, "from: 2024-01-11", "from: 2024-02-30"],
      [main, "key: [day, person]", "key: [day, persn]"],
      [main, "population: PEOPLE", "population: PEOPEL"],
      [main, "min: 0, max: 100", "min: 200, max: 100"],
      [main, "maximum: 0.6", "maxmum: 0.6"],
      [main, "kind: coverage", "kind: covrage"],
      [main, "processors: [VISIT]", "processors: [VIST]"],
      [main, "category: [TOO_FEW]", "category: [TO_FEW]"],
      ["sums.yml", "lead-in: season-start", "lead-in: always"],
      ["sql/people.sql", "select distinct", "select distinct 1.5 as x,"],
      ["sql/visit.sql", "@fewest", "@fewset"],
    );
    assert.deepEqual(problems, [
      'runbook.yml:7:1 Unknown key "owners" (write "owner")',
      'runbook.yml:18:40 "from": expected a day of the calendar as YYYY-MM-DD, found "2024-02-30" (correct the value)',
      'runbook.yml:36:16 Unknown column "persn" (write "person")',
      'runbook.yml:37:17 Unknown population "PEOPEL" (write "PEOPLE")',
      'runbook.yml:42:71 "events": min 200 is above max 100 (exchange them)',
      'runbook.yml:47:5 Unknown key "maxmum" (write "maximum")',
      'runbook.yml:52:25 Unknown word "covrage" for "kind" (write "coverage")',
      'runbook.yml:52:63 Unknown processor "VIST" (write "VISIT")',
      'runbook.yml:54:54 Unknown category "TO_FEW" (write "TOO_FEW")',
      "sql/people.sql:1:17 1.5 is a decimal on DuckDB and a float on BigQuery (write 1.5e0)",
      'sql/visit.sql:3:24 @fewset is no parameter of "VISIT" (write @fewest)',
      'sums.yml:8:10 Unknown word "always" for "lead-in" (use one of: season-start)',
    ]);
  });

  it("gives the runbook when there is no mistake", () => {
    const parsed = parseChanged();
    assert.equal(parsed.kind, "ok");
  });

  it("says that runbook.yml is absent", () => {
    assert.deepEqual(parseRunbook({ folder: "x", name: "x", files: new Map() }), {
      kind: "invalid",
      problems: [
        { place: { file: main, line: 1, column: 1 }, message: "There is no runbook.yml", hint: "create it" },
      ],
    });
  });

  it("refuses aliases that stand for nothing, for themselves or for too much, where they stand", () => {
    const title = "title: Small";
    const bomb = ["b", "c", "d", "e", "f", "g", "h", "i"].map((name, index) => {
      const before = "abcdefghi"[index] ?? "";
      return `${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`;
    });
    const hint = "(write less, without aliases)";
    const refusals: readonly (readonly [string, string])[] = [
      ["title: *absent", `runbook.yml:2:8 There is no anchor "absent" above ${hint}`],
      ["title: &own [*own]", `runbook.yml:2:14 It is more than 100 levels deep ${hint}`],
      [`title: &a [1]\n${bomb.join("\n")}`, `runbook.yml:3:8 Its aliases multiply each other ${hint}`],
      [
        `a: &a [${"1, ".repeat(30_000)}]\ntitle: [*a, *a, *a, *a]`,
        `runbook.yml:3:9 It holds more than 100000 values ${hint}`,
      ],
    ];
    for (const [text, problem] of refusals) assert.deepEqual(problemsAfter([main, title, text]), [problem]);
    const [deep] = problemsAfter([main, title, `title: ${"[".repeat(5000)}`]);
    assert.match(deep ?? "", /^runbook\.yml:2:\d+ Not YAML: /);
  });

  it("reports broken YAML at its place", () => {
    assert.deepEqual(
      problemsAfter([main, "title: Small", "title: [Small"]).map((problem) => problem.slice(0, 25)),
      ["runbook.yml:3:1 Not YAML:"],
    );
  });

  it("reports a key that occurs twice", () => {
    assert.deepEqual(
      problemsAfter(["sums.yml", "  person: string\n", "  person: string\n  person: string\n"]),
      ["sums.yml:15:3 A key occurs twice in one mapping (keep one of them)"],
    );
  });

  it("explains a text that a comma cuts off in a mapping on one line", () => {
    assert.deepEqual(problemsAfter([main, "because: it is early }", "because: it is early, as it were }"]), [
      'runbook.yml:53:106 Unknown key "as it were" (quote the text before it: a comma ends it)',
    ]);
  });

  for (const [written, problem] of [
    ["", '1:1 "processors" is missing (add "processors")'],
    ["processors:\n", '3:12 "processors": expected a list, found nothing (correct the value)'],
    ["processors: []\n", '3:13 "processors": expected at least one, found a list (correct the value)'],
  ]) {
    it(`tells once that nothing is computed: "${written?.trim()}"`, () => {
      const text = `name: x\nsources: [{ table: a.b, date: day, key: [id], columns: { id: string, day: date } }]\n${written}`;
      const parsed = parseRunbook({ folder: "x", name: "x", files: new Map([[main, text]]) });
      assert.deepEqual(parsed.kind === "invalid" && parsed.problems.map(formatProblem), [
        `runbook.yml:${problem}`,
      ]);
    });
  }

  it("says what is missing", () => {
    assert.deepEqual(problemsAfter([main, "name: small\n", ""]), [
      'runbook.yml:1:1 "name" is missing (add "name")',
    ]);
  });

  it("says which kind of value it expects", () => {
    assert.deepEqual(problemsAfter([main, "title: Small\n", "title: 7\n"]), [
      'runbook.yml:2:8 "title": expected text, found 7 (correct the value)',
    ]);
  });

  it("wants the folder's name", () => {
    assert.deepEqual(problemsAfter([main, "name: small", "name: smal"]), [
      'runbook.yml:1:7 The runbook is named "smal" in the folder "small" (write "small", or rename the folder)',
    ]);
  });

  it("wants watchers as GitHub writes names", () => {
    const written = "owner: tests\nwatchers: [octocat, '@octo/data', two words, 7]";
    assert.deepEqual(problemsAfter([main, "owner: tests", written]), [
      'runbook.yml:5:35 "watchers" 3: expected a login of GitHub, or organisation/name, found "two words" (correct the value)',
      'runbook.yml:5:46 "watchers" 4: expected text, found 7 (correct the value)',
    ]);
  });

  it("takes webhooks by the names of secrets, and repeats no address that stands there", () => {
    const hooks = [
      "{ to: slack, url: { secret: SLACK_HOOK } }",
      "{ to: slack, url: https://hooks.example/T0/hidden }",
      "{ to: pager, url: { secret: https://hooks.example/hidden } }",
    ];
    const written = `owner: tests\nnotify:\n${hooks.map((hook) => `  - ${hook}`).join("\n")}`;
    const problems = problemsAfter([main, "owner: tests", written]);
    assert.deepEqual(problems, [
      'runbook.yml:7:23 "url": expected a mapping, found an address (correct the value)',
      'runbook.yml:8:11 Unknown word "pager" for "to" (use one of: slack, teams, json)',
      'runbook.yml:8:33 "secret": expected the name of a secret in capital letters, digits and underscores, found an address (correct the value)',
    ]);
  });

  it("knows the time zones", () => {
    assert.deepEqual(problemsAfter([main, "Europe/Berlin", "Europe/Berlim"]), [
      'runbook.yml:5:12 Unknown time zone "Europe/Berlim" (write "Europe/Berlin")',
    ]);
  });

  it("names the file of an entry that is absent", () => {
    assert.deepEqual(problemsAfter([main, "- sums.yml", "- sum.yml"]), [
      'runbook.yml:42:5 Unknown file "sum.yml" (write "sums.yml")',
    ]);
  });

  it("finds a circle of processors and names it", () => {
    assert.deepEqual(
      problemsAfter(
        [
          main,
          "- { from: raw.events, window: same-date }",
          "- { from: raw.events, window: same-date }\n      - { from: SUMS, window: season-to-date }",
        ],
        ["sql/visit.sql", "from raw.events", "from raw.events cross join shop.sums"],
      ),
      [
        'runbook.yml:39:17 "VISIT" of phase 3 reads "SUMS" of phase 4 (correct one of the phases, or remove the edge)',
        "runbook.yml:39:17 Processors read in a circle: VISIT → SUMS → VISIT (remove one of the edges)",
      ],
    );
  });

  it("wants a processor by its id rather than its table", () => {
    assert.deepEqual(problemsAfter(["sums.yml", "from: VISIT", "from: shop.visits"]), [
      'sums.yml:10:13 "shop.visits" is the table of the processor "VISIT" (write "VISIT")',
    ]);
  });

  it("takes a window of one kind only", () => {
    assert.deepEqual(
      problemsAfter(["sums.yml", "{ previous-days: 7 }", "{ previous-days: 7, last-games: 3 }"]),
      [
        'sums.yml:10:28 "window": expected either `previous-days` or `newest-rows`, found a mapping (correct the value)',
      ],
    );
  });

  it("takes sql or a command, not both", () => {
    assert.deepEqual(
      problemsAfter(["sums.yml", "{ sql: sql/sums.sql }", "{ sql: sql/sums.sql, command: [node] }"]),
      ['sums.yml:11:7 "step": expected either `sql` or `command`, found a mapping (correct the value)'],
    );
  });

  it("keeps paths inside the runbook", () => {
    assert.deepEqual(problemsAfter(["sums.yml", "sql/sums.sql", "../sums.sql"]), [
      'sums.yml:11:14 "sql": expected a path from the runbook\'s folder, without `..`, found "../sums.sql" (correct the value)',
    ]);
  });
});

/** A case parses a whole runbook, and new ones are drawn every time; with `CASCADE_JUNK=3000` as many are tried by hand. */
const junkCases = Number(process.env["CASCADE_JUNK"] ?? 150);

describe("parseRunbook() of anything", () => {
  const junk = fc.oneof(
    fc.constantFrom(null, "", "x", "sums.yml", 0, -1, 1.5, true, [], {}, [null], { a: 1 }, [[]]),
    fc.string({ maxLength: 5 }),
  );

  it("gives problems rather than throwing, whatever stands in place of a part", () => {
    const documents = ["runbook.yml", "sums.yml"];
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.nat(), junk, (file, position, replacement) => {
        const files = changedFiles();
        const document = parseDocument(files.get(file) ?? "");
        const paths = pathsOf(document.toJS(), []);
        document.setIn(paths[position % paths.length] ?? [], replacement);
        files.set(file, String(document));
        const parsed = parseRunbook({ folder: "x", name: "small", files });
        assert.ok(parsed.kind === "ok" || parsed.problems.length > 0);
      }),
      { numRuns: junkCases },
    );
  });

  it("takes empty files and files that are no mappings", () => {
    for (const text of ["", "x", "[1, 2]", "7", "- a: b", "a: [", "\t"]) {
      for (const file of ["runbook.yml", "sums.yml", "waivers.yml"]) {
        const files = changedFiles().set(file, text);
        assert.equal(parseRunbook({ folder: "x", name: "small", files }).kind, "invalid", `${file}: ${text}`);
      }
    }
  });
});

describe("Runbook", () => {
  const runbook = validRunbook();

  it("has processors after all that they read", () => {
    const turned = validRunbook(
      [main, "  - sums.yml\n", ""],
      [main, "processors:\n", "processors:\n  - sums.yml\n"],
    );
    assert.deepEqual(
      turned.processors.map(({ id }) => id),
      ["VISIT", "SUMS"],
    );
  });

  it("adds the population's tables and the calendar as edges of the date itself", () => {
    const sums = runbook.processors.find(({ id }) => id === "SUMS");
    assert.deepEqual(sums?.reads, [
      { table: "shop.visits", window: { kind: "previous-days", days: 7 }, failures: true, origin: "reads" },
      { table: "raw.events", window: { kind: "same-date" }, failures: false, origin: "population" },
      {
        table: "shop_processing.calendar",
        window: { kind: "same-date" },
        failures: false,
        origin: "calendar",
      },
    ]);
  });

  it("adds no edge that is declared already", () => {
    const visit = runbook.processors.find(({ id }) => id === "VISIT");
    assert.deepEqual(
      visit?.reads.map(({ table, origin }) => `${table} ${origin}`),
      ["raw.events reads", "shop_processing.calendar calendar"],
    );
  });

  it("takes the entity from the key without the date", () => {
    assert.deepEqual(
      runbook.processors.map(({ entity }) => entity),
      [["person"], ["person"]],
    );
  });

  it("gives a source one row a date, or none where absence is legitimate", () => {
    const optional = validRunbook([main, "    phase: 2\n", "    phase: 2\n    required: false\n"]);
    assert.deepEqual([runbook.sources[0]?.minimumRows, optional.sources[0]?.minimumRows], ["1", "0"]);
  });

  it("repeats a critical rule for each of its fields", () => {
    const { sources } = validRunbook([
      main,
      "    columns: { id: string",
      "    critical: [{ field: [id, person], valid: \"{field} <> ''\" }]\n    columns: { id: string",
    ]);
    assert.deepEqual(
      sources[0]?.critical.map(({ field, valid }) => `${field}: ${valid}`),
      ["id: id <> ''", "person: person <> ''"],
    );
  });

  it("knows where its tables stand", () => {
    assert.deepEqual(
      runbook.processors.map(({ place }) => place),
      [
        { file: "runbook.yml", line: 30, column: 5 },
        { file: "sums.yml", line: 1, column: 1 },
      ],
    );
  });

  it("reads waivers beside it", () => {
    const files = changedFiles();
    files.set(
      "waivers.yml",
      `waivers:
  - { id: w1, kind: gap, processor: VISIT, dates: [2024-01-02], reason: r, approver: a, expires: 2024-06-01, digest: d, warehouse: w }
  - { id: w2, kind: budget, processor: SUMS, period: first, max-rate: 0.7, reason: r, approver: a, expires: 2024-06-01, digest: d, warehouse: w }
`,
    );
    const parsed = parseRunbook({ folder: "x", name: "small", files });
    assert.deepEqual(
      parsed.kind === "ok" &&
        parsed.runbook.waivers.map(({ id, dates, maximumRate }) => ({ id, dates, maximumRate })),
      [
        { id: "w1", dates: ["2024-01-02"], maximumRate: undefined },
        { id: "w2", dates: [], maximumRate: 0.7 },
      ],
    );
  });
});

/** Paths to every part of plain data except the whole. */
function pathsOf(
  value: unknown,
  path: readonly (string | number)[],
): readonly (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);
}
