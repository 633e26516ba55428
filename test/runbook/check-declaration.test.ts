import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRunbook } from "../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import { changedFiles, problemsAfter, validRunbook } from "./small-runbook.ts";

const main = "runbook.yml";

describe("checkDeclaration(): names", () => {
  it("finds ids, tables and listed columns that are there twice", () => {
    const problems = problemsAfter(
      ["sums.yml", "id: SUMS", "id: VISIT"],
      ["sums.yml", "from: VISIT", "from: raw.events"],
      ["sums.yml", "key: [day, person]", "key: [day, person, person]"],
      [main, "id: second", "id: first"],
      ["sql/sums.sql", "shop.visits", "raw.events"],
    );
    assert.deepEqual(problems, [
      'runbook.yml:17:11 The period "first" is declared twice (choose another name, or remove this one; the first is at runbook.yml:16)',
      'sums.yml:1:5 The processor "VISIT" is declared twice (choose another name, or remove this one; the first is at runbook.yml:30)',
      'sums.yml:6:20 The key column "person" is declared twice (choose another name, or remove this one; the first is at sums.yml:6)',
      'sums.yml:10:65 "raw.events" is a source: nobody records why rows of it are absent (remove `failures`)',
    ]);
  });

  it("keeps the names that the engine uses, upper and lower case alike", () => {
    const problems = problemsAfter(
      [
        main,
        "  fewest: { type",
        "  output: { type: int64, value: 1, description: x }\n  start_date: { type: date, value: 2024-01-01, description: x }\n  fewest: { type",
      ],
      ["sums.yml", "id: SUMS", "id: Gate"],
      ["sums.yml", "table: shop.sums", "table: shop_processing.cascade_runs"],
    );
    assert.deepEqual(
      problems
        .filter((problem) => problem.includes("belongs to the engine"))
        .map((problem) => problem.replace(/^\S+ /, "")),
      [
        'The parameter "output", to commands CASCADE_OUTPUT, belongs to the engine (choose another name)',
        'The parameter "start_date" belongs to the engine (choose another name)',
        'The name "Gate" of a processor belongs to the engine (choose another name)',
        'The table "shop_processing.cascade_runs" belongs to the engine (choose another name)',
      ],
    );
  });

  it("keeps the view of trust in the ledger's dataset, and nowhere else", () => {
    function refused(table: string): boolean {
      const problems = problemsAfter(["sums.yml", "table: shop.sums", `table: ${table}`]);
      return problems.some((problem) => problem.includes(`"${table}" belongs to the engine`));
    }
    assert.deepEqual(["shop_processing.trust", "shop.trust"].map(refused), [true, false]);
  });

  it("keeps the datasets in which nothing of an engine stays", () => {
    const written = problemsAfter(["sums.yml", "table: shop.sums", "table: Temp.sums"]);
    const ledger = problemsAfter([main, "ledger: shop_processing", "ledger: system"]);
    for (const [problems, name] of [
      [written, "Temp"],
      [ledger, "system"],
    ] as const) {
      assert.ok(problems.some((problem) => problem.includes(`The dataset "${name}" belongs to the engine`)));
    }
  });

  it("takes no jobs that could be moved to other code, or hold what is put in as text", () => {
    const jobs = [
      "jobs:",
      "  runner: 'ubuntu ${{ x }}'",
      "  approval: '${{ x }}'",
      "  timeout-minutes: { cell: 1000 }",
      "  steps:",
      "    - uses: actions/setup-python@v5",
      "    - run: echo ${{ secrets.KEY }}",
      "    - { uses: 'a/b@0123456789012345678901234567890123456789', with: { key: '${{ github.token }}' } }",
      "    - { run: make, with: { a: b } }",
      "sample:",
    ].join("\n");
    const problems = problemsAfter([main, "sample:", jobs]);
    assert.deepEqual(
      problems.map((problem) => /^\S+ (".*?: expected [^:,]*)/.exec(problem)?.[1]),
      [
        '"runner": expected the label of a runner',
        '"approval": expected no `${{`',
        '"cell": expected at most 360 minutes',
        '"uses": expected owner/action@ and the 40 hexadecimal digits of a commit',
        '"run": expected no `${{`',
        '"key": expected no `${{`',
        '"steps" 4: expected `with` and `version` beside `uses` only',
      ],
    );
  });

  it("asks of what jobs set up that a command needs it", () => {
    const problems = problemsAfter([main, "sample:", "jobs: { steps: [{ run: make }] }\nsample:"]);
    assert.match(problems.join(), /No job needs these steps/);
  });

  it("fetches files into a folder that the load names, and by secrets that GitHub may have", () => {
    const load =
      "load:\n  fetch: { command: [./fetch], secrets: [GITHUB_TOKEN] }\n  steps: [{ source: raw.events, sql: sql/sample.sql }]\nsample:";
    const secret = problemsAfter([main, "sample:", load]);
    assert.match(secret.join(), /expected the name of a secret/i);
    const problems = problemsAfter([main, "sample:", load.replace("GITHUB_TOKEN", "SHOP_KEY")]);
    assert.match(problems.join(), /`fetch` puts files into the folder `from`, and there is none/);
  });

  it("refuses tables that an engine takes for one", () => {
    assert.deepEqual(
      problemsAfter([main, "table: shop.visits", "table: Raw.Events"]).filter((problem) =>
        problem.includes("DuckDB"),
      ),
      [
        'runbook.yml:33:12 The tables "raw.events" and "Raw.Events" are one on DuckDB (choose another name, or remove this one; the first is at runbook.yml:24)',
      ],
    );
  });

  it("finds a table that two entries claim", () => {
    assert.deepEqual(problemsAfter(["sums.yml", "table: shop.sums", "table: raw.events"]), [
      'sums.yml:4:8 The table "raw.events" is declared twice (choose another name, or remove this one; the first is at runbook.yml:24)',
    ]);
  });

  it("finds names that stand for nothing, wherever they are used", () => {
    const problems = problemsAfter(
      [main, "    phase: 2", "    phase: 1"],
      [main, "parameters: [fewest]", "parameters: [fewest, most]"],
      [main, "period: first\n", "period: fisrt\n"],
      [main, "allowed: [TOO_FEW]", "allowed: [TOO_MANY]"],
      [main, "expected-rows: { VISIT", "expected-rows: { VISITS"],
      [main, "after: [VISIT]", "after: [VISITOR]"],
      [main, "period: [first]", "period: [third]"],
      [main, "steps: [{ source: raw.events", "steps: [{ source: raw.event"],
      ["sums.yml", "population: PEOPLE", "population: ROOMS"],
    );
    assert.deepEqual(problems, [
      'runbook.yml:25:12 Unknown phase "1" (write "2")',
      'runbook.yml:39:26 Unknown parameter "most" (use one of: fewest)',
      'runbook.yml:44:13 Unknown period "fisrt" (write "first")',
      'runbook.yml:47:15 Unknown category "TOO_MANY" (use one of: TOO_FEW)',
      'runbook.yml:49:22 Unknown processor "VISITS" (write "VISIT")',
      'runbook.yml:51:43 Unknown processor "VISITOR" (write "VISIT")',
      'runbook.yml:53:35 Unknown period "third" (use one of: first, second, none)',
      'runbook.yml:57:21 Unknown source "raw.event" (write "raw.events")',
      'sums.yml:7:13 Unknown population "ROOMS" (use one of: PEOPLE)',
    ]);
  });

  it("finds unknown tables under reads of populations", () => {
    assert.deepEqual(problemsAfter([main, "reads: [raw.events] }", "reads: [raw.events, raw.visitors] }"]), [
      'runbook.yml:22:69 Unknown table "raw.visitors" (declare it as a source)',
      'runbook.yml:22:69 sql/people.sql does not read "raw.visitors" (remove it here, or read it there)',
    ]);
  });

  it("finds unknown facts and values in recovery rules", () => {
    const problems = problemsAfter([
      main,
      "period: [first], category",
      "state: [setled], wether: [x], category",
    ]);
    assert.deepEqual(problems, [
      'runbook.yml:53:34 Unknown word "setled" for "state" 1 (write "settled")',
      'runbook.yml:53:43 Unknown key "wether" (use one of: period, category, state, failure, upstream, held, contamination, rate)',
    ]);
  });

  it("finds what a waiver names", () => {
    const files = changedFiles();
    files.set(
      "waivers.yml",
      "waivers:\n  - { id: w, kind: budget, processor: SUM, period: thrid, max-rate: 1.5, reason: r, approver: a, expires: 2024-02-31, digest: d, warehouse: w }\n  - { id: v, kind: budget, processor: SUM, period: frist, max-rate: 1, reason: r, approver: a, expires: 2024-02-01, digest: d, warehouse: w }\n",
    );
    const parsed = parseRunbook({ folder: "x", name: "small", files });
    assert.deepEqual(parsed.kind === "invalid" && parsed.problems.map(formatProblem), [
      'waivers.yml:2:69 "max-rate": expected a rate from 0 to 1, found 1.5 (correct the value)',
      'waivers.yml:2:107 "expires": expected a day of the calendar as YYYY-MM-DD, found "2024-02-31" (correct the value)',
      'waivers.yml:3:39 Unknown processor "SUM" (write "SUMS")',
      'waivers.yml:3:52 Unknown period "frist" (write "first")',
    ]);
  });
});

describe("checkDeclaration(): dates and rates", () => {
  it("finds periods that share dates", () => {
    assert.deepEqual(problemsAfter([main, "from: 2024-01-11", "from: 2024-01-10"]), [
      'runbook.yml:17:40 The period "second" shares dates with "first" (2024-01-01 to 2024-01-10) (give every date to one period)',
    ]);
  });

  it("finds periods and calendars that end before they start", () => {
    const problems = problemsAfter(
      [main, "from: 2024-01-11, to: 2024-01-20", "from: 2024-01-20, to: 2024-01-11"],
      [main, "to: 2024-01-31", "to: 2023-01-31"],
    );
    assert.deepEqual(problems, [
      "runbook.yml:14:45 The calendar ends on 2023-01-31, before it starts on 2024-01-01 (exchange the dates, or correct one)",
      'runbook.yml:17:56 The period "second" ends on 2024-01-11, before it starts on 2024-01-20 (exchange the dates, or correct one)',
    ]);
  });

  it("keeps `none` for dates in no period", () => {
    assert.deepEqual(problemsAfter([main, "id: second", "id: none"]), [
      'runbook.yml:17:11 The period "none" is built in (choose another name)',
    ]);
  });

  it("finds rates outside 0 to 1 and turned round", () => {
    assert.deepEqual(problemsAfter([main, "maximum: 0.6", "maximum: 60"]), [
      'runbook.yml:46:14 "maximum": expected a rate from 0 to 1, found 60 (correct the value)',
    ]);
    assert.deepEqual(problemsAfter([main, "{ from: 0, to: 0.5 }", "{ from: 0.5, to: 0 }"]), [
      "runbook.yml:45:15 The expected rate runs from 0.5 to 0 (exchange the rates)",
    ]);
  });

  it("wants a limit of a freshness gate, and none of another", () => {
    const gate = "kind: coverage, after: [VISIT], processors: [VISIT] }";
    assert.match(
      problemsAfter([main, gate, "kind: freshness, after: [VISIT], processors: [VISIT] }"]).join(),
      /The freshness gate "visits" has no limit \(add `maximum-age`, in days\)$/,
    );
    assert.match(
      problemsAfter([main, gate, gate.replace(" }", ", maximum-age: 1 }")]).join(),
      /A coverage gate has no use for `maximum-age`/,
    );
    assert.match(
      problemsAfter([main, gate, gate.replace(" }", ", maximum-ages: { VISIT: 1 } }")]).join(),
      /A coverage gate has no use for `maximum-ages`/,
    );
  });

  it("wants the tables that a freshness gate limits to be tables that it looks at", () => {
    const gate = "kind: coverage, after: [VISIT], processors: [VISIT] }";
    const limited = (tables: string): readonly string[] =>
      problemsAfter([
        main,
        gate,
        `kind: freshness, after: [VISIT], processors: [VISIT], maximum-age: 1, maximum-ages: ${tables} }`,
      ]);
    assert.deepEqual(limited("{ VISIT: 2 }"), []);
    assert.match(limited("{ VISITS: 2 }").join(), /unknown table of the gate "VISITS"/i);
    assert.match(limited("{ SUMS: 2 }").join(), /unknown table of the gate "SUMS"/i);
  });

  it("wants a parameter's value to be of its type", () => {
    assert.deepEqual(problemsAfter([main, "value: 2", "value: 2.5"]), [
      'runbook.yml:8:33 "value": expected a value of the type, found 2.5 (correct the value)',
    ]);
  });
});

describe("checkDeclaration(): columns", () => {
  it("finds keys, clusters, dates and critical fields that are no columns", () => {
    const problems = problemsAfter(
      [
        "sums.yml",
        "key: [day, person]",
        "key: [day, persons]\ncluster: [dya]\ncritical: [{ field: totl, valid: totl > 0 }]",
      ],
      ["sums.yml", "date: day", "date: date"],
    );
    assert.deepEqual(problems, [
      'sums.yml:5:7 Unknown column "date" (write "day")',
      'sums.yml:6:12 Unknown column "persons" (write "person")',
      'sums.yml:7:11 Unknown column "dya" (write "day")',
      'sums.yml:8:21 Unknown column "totl" (write "total")',
    ]);
  });

  it("finds budgets of changes on columns that are not there, that name rows, and dates in disorder", () => {
    const changes =
      "key: [day, person]\nchanges: { columns: [totl, day], dates: { from: 2024-02-01, to: 2024-01-01 } }";
    assert.deepEqual(problemsAfter(["sums.yml", "key: [day, person]", changes]), [
      'sums.yml:7:22 Unknown column "totl" (write "total")',
      'sums.yml:7:28 "day" names the rows of "SUMS": where it is another, the row is another (use rows-added and rows-removed)',
      'sums.yml:7:41 "2024-02-01" to "2024-01-01" ends before it starts (exchange them)',
    ]);
    const [empty] = problemsAfter(["sums.yml", "key: [day, person]", "key: [day, person]\nchanges: {}"]);
    assert.match(empty ?? "", /^sums\.yml:7:\d+ .*expected at least one of columns, rows-added/);
  });

  it("finds clusters by what BigQuery sorts no table by", () => {
    for (const type of ["float64", "json", "time", "bytes", "array<string>", "opaque(STRUCT<a INT64>)"]) {
      const problems = problemsAfter(
        ["sums.yml", "key: [day, person]", "key: [day, person]\ncluster: [person, shape]"],
        ["sums.yml", "  person: string", `  person: string\n  shape: { type: "${type}", nullable: unknown }`],
      );
      assert.deepEqual(problems, [
        `sums.yml:7:19 The cluster column "shape" is ${type}, by which BigQuery sorts no table (choose a column of another type, or leave it out)`,
      ]);
    }
  });

  it("wants a required date and a required key", () => {
    const problems = problemsAfter(
      ["sums.yml", "  day: date", "  day: timestamp"],
      ["sums.yml", "  person: string", "  person: { type: string, nullable: unknown }"],
    );
    assert.deepEqual(problems, [
      'sums.yml:5:7 "day" is no required date column (declare "day: date")',
      'sums.yml:6:12 The key column "person" is nullable (make it required)',
    ]);
  });

  it("wants an entity in the key of a processor", () => {
    assert.deepEqual(problemsAfter(["sums.yml", "key: [day, person]", "key: [day]"]), [
      'sums.yml:6:6 The key of "SUMS" names no entity: it is the date alone (add the columns that tell the rows of a date apart)',
    ]);
  });

  it("wants as many columns of a population's key as the entity has", () => {
    assert.deepEqual(
      problemsAfter([
        "runbook.yml",
        "PEOPLE: { title: People,",
        "PEOPLE: { title: People, key: [person, place],",
      ]).filter((problem) => problem.startsWith("sums.yml")),
      [
        'sums.yml:7:13 The population "PEOPLE" gives (person, place), and the key of "SUMS" is (person) besides the date (name as many columns, in the order of the key)',
      ],
    );
  });

  it("keeps the engine's columns", () => {
    const problems = problemsAfter(
      ["sums.yml", "  person: string", "  person: string\n  failure_category: string"],
      [main, "{ day: date, year: int64 }", "{ day: date, year: int64, period: string }"],
    );
    assert.deepEqual(problems, [
      'runbook.yml:13:38 The column "period" belongs to the engine (remove it)',
      'sums.yml:15:3 The column "failure_category" belongs to the engine (choose another name)',
    ]);
  });

  it("finds bounds without sense", () => {
    const problems = problemsAfter([
      "sums.yml",
      "{ type: int64, nullable: no visit }",
      "{ type: int64, nullable: no visit, values: [a] }\ndistributions:\n  - { name: mean, value: avg(total), per: date }\n  - { name: top, value: max(total), per: range, min: 3, max: 2 }",
    ]);
    assert.deepEqual(problems, [
      'sums.yml:15:45 "total" lists values but is int64 (remove values, or make the type string)',
      'sums.yml:17:5 "mean" has no bound (add min or max)',
      'sums.yml:18:5 "top": min 3 is above max 2 (exchange them)',
    ]);
  });

  it("gives a calendar by rule its date and season only", () => {
    assert.deepEqual(
      problemsAfter([main, "{ day: date, year: int64 }", "{ day: date, year: int64, week: int64 }"]),
      [
        'runbook.yml:13:38 A calendar by rule has no column "week" (keep "day" and "year", or write the calendar as sql)',
      ],
    );
  });
});

describe("checkDeclaration(): SQL", () => {
  it("finds SQL and command files that are absent", () => {
    const problems = problemsAfter(
      [main, "sql: sql/people.sql", "sql: sql/poeple.sql"],
      ["sums.yml", "{ sql: sql/sums.sql }", "{ command: [node, sums.mjs], files: [sums.mjs] }"],
    );
    assert.deepEqual(problems, [
      'runbook.yml:22:33 Unknown file "sql/poeple.sql" (write "sql/people.sql")',
      'sums.yml:11:44 Unknown file "sums.mjs" (write "sums.yml")',
    ]);
  });

  it("wants SQL to read the tables that its edges declare, and no others", () => {
    assert.deepEqual(problemsAfter(["sql/visit.sql", "from raw.events", "from raw.orders"]), [
      'runbook.yml:38:17 sql/visit.sql does not read "raw.events" (remove it here, or read it there)',
      'sql/visit.sql:5:6 "raw.orders" is no table that "VISIT" declares (declare it as a source and under reads)',
    ]);
    const [, elsewhere] = problemsAfter(["sql/visit.sql", "from raw.events", "from shop.sums"]);
    assert.match(elsewhere ?? "", /"shop\.sums" is no table that "VISIT" declares/);
  });

  it("lets steps read their population's tables and the calendar", () => {
    const join = "from early join raw.events on true join shop_processing.calendar on true";
    assert.deepEqual(problemsAfter(["sql/sums.sql", "from early\n", `${join}\n`]), []);
  });

  it("ties the view of failures to edges with `failures: true`", () => {
    assert.deepEqual(problemsAfter(["sums.yml", ", failures: true", ""]), [
      'sql/sums.sql:4:11 "shop_processing.precompute_failures" is no table that "SUMS" declares (set failures: true, or only, on an edge)',
    ]);
    assert.deepEqual(problemsAfter([main, "window: same-date }", "window: same-date, failures: true }"]), [
      'runbook.yml:38:58 "raw.events" is a source: nobody records why rows of it are absent (remove `failures`)',
      'runbook.yml:38:58 sql/visit.sql does not read "shop_processing.precompute_failures" (remove it here, or read it there)',
    ]);
  });

  it("knows the dates and the declared parameters only", () => {
    assert.deepEqual(problemsAfter([main, "parameters: [fewest]", "parameters: []"]), [
      'sql/visit.sql:3:24 @fewest is no parameter of "VISIT" (declare "fewest" under parameters)',
    ]);
    assert.deepEqual(problemsAfter(["sql/sample.sql", "@seed", "@sede"]), [
      'sql/sample.sql:1:8 @sede is no parameter of "sample" (write @seed)',
    ]);
  });

  it("lets DuckDB scripts use their own spellings", () => {
    assert.deepEqual(problemsAfter(["sql/sample.sql", "@seed", '@seed::int + 0.5, "x"']), []);
  });
});

describe("checkDeclaration(): SQL files as people write them", () => {
  const visit = changedFiles().get("sql/visit.sql") ?? "";

  it("takes a semicolon at the end, a mark of the byte order, other line ends and odd spaces for nothing", () => {
    const odd = `\uFEFF${visit.replaceAll("\n", "\r\n").replace("from ", "from\u00A0").trimEnd()}\u00A0;\r\n-- done;\r\n`;
    const [written, plain] = [validRunbook(["sql/visit.sql", visit, odd]), validRunbook()];
    assert.equal(written.processors[0]?.definition, plain.processors[0]?.definition);
  });

  it("tells a file without a statement, with two, and with what nothing ends, at its line", () => {
    const told = ["-- nothing yet\n;\n", `${visit.trimEnd()};\n\nselect 1`, `${visit}/* to do`].map((text) =>
      problemsAfter(["sql/visit.sql", visit, text]).filter((line) => line.startsWith("sql/")),
    );
    assert.deepEqual(told, [
      [
        "sql/visit.sql:1:1 The file holds no statement (write the statement, or remove the mention of the file)",
      ],
      ["sql/visit.sql:9:1 A second statement begins here (keep one statement in the file)"],
      ["sql/visit.sql:8:1 Nothing ends what begins here: /* to do (end the string, the name or the comment)"],
    ]);
  });
});

describe("checkDeclaration(): bounds", () => {
  function withColumn(column: string): readonly string[] {
    return problemsAfter(["runbook.yml", "events: { type: int64, min: 0, max: 100 }", column]);
  }

  it("finds a bound on a type without the order of numbers", () => {
    const of = (type: string): readonly string[] => withColumn(`events: { type: ${type}, max: 1 }`);
    for (const type of ["string", "date", "timestamp", "bool", "array<int64>"]) {
      const [problem = ""] = of(type);
      assert.match(problem, new RegExp(`"events" has max but is ${type} \\(remove max`));
    }
    assert.deepEqual(of("float64"), []);
  });

  it("finds a bound that no integer of 64 bits reaches", () => {
    assert.match(
      withColumn("events: { type: int64, max: 9223372036854775808 }")[0] ?? "",
      /"events": max 9223372036854775808 is beyond int64/,
    );
    assert.deepEqual(withColumn("events: { type: int64, max: 9223372036854775807 }"), []);
  });
});
