import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, cp, mkdtempDisposable, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { cascade, shopFolder } from "./cascade.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "..", "..");

describe("cascade lint", () => {
  it("ends with 0 on a runbook without contradictions", async () => {
    const { code, stdout, stderr } = await cascade(["lint"]);
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /No contradiction in runbooks\/nba-cascade/);
  });

  it("ends with 1 on the plan as written, one line for each finding", async () => {
    const { code, stdout } = await cascade(["lint", "test/golden/as-written/runbook.yml"]);
    const golden = await readFile(join(repository, "test", "golden", "as-written", "lint.txt"), "utf8");
    assert.equal(code, 1);
    assert.equal(stdout, golden.replaceAll(/^(?=.)/gm, "test/golden/as-written/"));
  });

  it("gives findings as data", async () => {
    const { code, stdout } = await cascade(["lint", "test/golden/as-written", "--json"]);
    const { problems, findings } = JSON.parse(stdout) as {
      problems: unknown[];
      findings: { rule: string }[];
    };
    assert.deepEqual([code, problems.length], [1, 0]);
    assert.ok(findings.some(({ rule }) => rule === "tree-reruns-non-retryable"));
  });

  it("ends with 2 when the runbook breaks the format, and tells every problem", async () => {
    await using folder = await repositoryWith([]);
    await change(folder.path, [
      ["kind: coverage", "kind: covrage"],
      ["maximum: 0.45", "maxmum: 0.45"],
    ]);
    const { code, stdout, stderr } = await cascade(["lint", bookIn(folder.path)]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /Unknown key "maxmum"[^]*Unknown word "covrage"/);
    const json = await cascade(["lint", bookIn(folder.path), "--json"]);
    assert.equal(json.code, 2);
    assert.equal((JSON.parse(json.stdout) as { problems: unknown[] }).problems.length, 2);
  });
});

describe("what the linter only asks", () => {
  it("is told, is no contradiction, and refuses no run", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-asked-"));
    const shop = join(folder.path, "shop");
    await cp(join(repository, shopFolder), shop, { recursive: true });
    const [book, step] = [join(shop, "runbook.yml"), join(shop, "sql/trend.sql")];
    await writeFile(
      book,
      (await readFile(book, "utf8")).replace("type: float64, decimals: 2", "type: float64"),
    );
    const computed = /round\(round\(cast\(trend\.total as float64\) \/ trend\.days, 9\), 2\)/;
    const text = (await readFile(step, "utf8")).replace("sum(total)", "avg(cast(total as float64))");
    await writeFile(step, text.replace(computed, "trend.total"));
    const { code, stdout, stderr } = await cascade(["lint", shop]);
    assert.match(stdout, /^\S+sql\/trend\.sql:\d+:\d+ float-without-decimals .*\n$/);
    assert.match(stderr, /No contradiction, 1 question in /);
    assert.equal(code, 0);
    const run = await cascade(["run", shop, "--warehouse", `duckdb:${join(folder.path, "new.duckdb")}`]);
    assert.match(run.stderr, /missing-table/);
    assert.doesNotMatch(run.stderr, /policy-findings/);
  });
});

describe("cascade run", () => {
  it("refuses a runbook whose policy contradicts itself, and opens no warehouse", async () => {
    await using folder = await repositoryWith([["maximum: 0.45", "maximum: 0.30"]]);
    const warehouse = join(folder.path, "warehouse.duckdb");
    const common = ["run", bookIn(folder.path), "--warehouse", `duckdb:${warehouse}`];
    const { code, stderr } = await cascade(common);
    assert.equal(code, 1);
    assert.match(stderr, /policy-findings [^]*expectation-above-limit[^]*--allow-findings/);
    assert.equal(existsSync(warehouse), false);
    const allowed = await cascade([...common, "--allow-findings"]);
    assert.doesNotMatch(allowed.stderr, /policy-findings/);
    const planned = await cascade(["plan", ...common.slice(1)]);
    assert.equal(planned.code, 0);
    assert.match(planned.stderr, /`run` will refuse this: .* has 1 contradiction/);
  });
});

describe("cascade lint --against", () => {
  it("tells what has become weaker since a commit, with old and new value", async () => {
    await using folder = await repositoryWith([]);
    await change(folder.path, [["maximum: 0.45", "maximum: 0.65"]]);
    const { code, stdout, stderr } = await against(folder.path, ["--against", "HEAD"]);
    assert.equal(code, 0);
    assert.match(stdout, /^weaker \S+runbook\.yml:\d+:\d+ the maximum of SESS in growth: 45 % → 65 %\n$/);
    assert.match(stderr, /No warehouse to judge by[^]*1 change makes the policy weaker since HEAD/);
  });

  it("tells nothing of what has become stricter", async () => {
    await using folder = await repositoryWith([]);
    await change(folder.path, [["maximum: 0.45", "maximum: 0.40"]]);
    const { code, stdout, stderr } = await against(folder.path, ["--against", "HEAD"]);
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /Nothing has become weaker since HEAD/);
  });

  it("counts the partitions whose verdict flips, and the report says so too", async () => {
    const strict = [
      "expected: { from: 0.10, to: 0.40 }\n    maximum: 0.45",
      "expected: { from: 0, to: 0.05 }\n    maximum: 0.05",
    ];
    await using folder = await repositoryWith([[strict[0] ?? "", strict[1] ?? ""]]);
    const warehouse = `duckdb:${join(folder.path, "warehouse.duckdb")}`;
    const selection = ["--processor", "SESS", "--start-date", "2024-01-01", "--end-date", "2024-01-31"];
    const common = [bookIn(folder.path), "--warehouse", warehouse];
    assert.equal((await cascade(["sample", ...common])).code, 0);
    assert.equal((await cascade(["run", ...common, ...selection])).code, 1, "the budget is exceeded");
    await change(folder.path, [[strict[1] ?? "", strict[0] ?? ""]]);
    const { code, stdout } = await cascade(["lint", ...common, "--against", "main", "--json"]);
    const { loosenings } = JSON.parse(stdout) as {
      loosenings: { subject: string; turned: number; partitions: { table: string; date: string }[] }[];
    };
    assert.equal(code, 0);
    const maximum = loosenings.find(({ subject }) => subject === "the maximum of SESS in growth");
    assert.equal(maximum?.turned, 24);
    assert.deepEqual(maximum?.partitions[0], { table: "web_analytics.sessions", date: "2024-01-08" });
    const compared = ["--against", "main", "--digest", "0123", "--out", join(folder.path, "out"), "--json"];
    const report = await cascade(["report", ...common, ...selection, ...compared]);
    const { warnings } = JSON.parse(report.stdout) as { warnings: { kind: string; text: string }[] };
    const [weaker, ...others] = warnings.filter(({ kind }) => kind === "loosened" || kind === "plan-stale");
    assert.match(
      weaker?.text ?? "",
      /^Weaker since main, \S+:\d+:\d+ the maximum of SESS in growth: 5 % → 45 % \(flips/,
    );
    assert.ok(
      others.some(({ kind, text }) => kind === "plan-stale" && text.startsWith("The approved plan 0123 ")),
    );
  });

  it("says that a runbook is new", async () => {
    await using folder = await repositoryWith([]);
    await cp(bookIn(folder.path), join(folder.path, "other", "web-events"), { recursive: true });
    const { code, stderr } = await cascade([
      "lint",
      join(folder.path, "other", "web-events"),
      "--against",
      "HEAD",
    ]);
    assert.equal(code, 0);
    assert.match(stderr, /There is no such runbook at "HEAD": all of it is new/);
  });

  it("refuses a ref that git does not know", async () => {
    await using folder = await repositoryWith([]);
    for (const ref of ["nowhere", "--all"]) {
      const { code, stderr } = await cascade(["lint", bookIn(folder.path), `--against=${ref}`]);
      assert.equal(code, 2);
      assert.match(stderr, /unknown-name Cannot compare with/);
    }
  });
});

describe("policy.yml", () => {
  const rules = "rules: [{ id: a-watcher, kind: watchers, because: somebody has to be called }]\n";

  it("is found above the runbook; lint ends with 1, run refuses, and preview tells it", async () => {
    await using folder = await repositoryWith([]);
    await writeFile(join(folder.path, "policy.yml"), rules);
    const said =
      /books\/web-events\/runbook\.yml:\d+:7 organisation-rule "web-events" names no watchers; "a-watcher" of \S*policy\.yml:1:9 says: somebody has to be called \(name somebody under `watchers`\)/;
    const linted = await cascade(["lint", bookIn(folder.path)]);
    assert.equal(linted.code, 1);
    assert.match(linted.stdout, said);
    const ran = await cascade(["run", bookIn(folder.path), "--warehouse", "duckdb::memory:"]);
    assert.match(ran.stderr, /^policy-findings .*1 contradiction/);
    const previewed = await cascade(["preview", bookIn(folder.path)]);
    assert.equal(previewed.code, 1);
    assert.match(previewed.stdout, /organisation-rule/);
  });

  it("is refused where it is wrong, with every problem", async () => {
    await using folder = await repositoryWith([]);
    await writeFile(join(folder.path, "books", "policy.yml"), rules.replace("watchers", "watcher"));
    const { code, stderr } = await cascade(["lint", bookIn(folder.path)]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^policy-invalid Cannot apply "\S*books\/policy\.yml": 1 problem\n\S*policy\.yml:1:\d+ "kind"/,
    );
  });
});

describe("cascade preview", () => {
  it("tells a reviewer in Markdown what becomes weaker and what would run", async () => {
    await using folder = await repositoryWith([]);
    await change(folder.path, [["maximum: 0.45", "maximum: 0.65"]]);
    const nowhere = `duckdb:${join(folder.path, "none.duckdb")}`;
    const common = ["preview", bookIn(folder.path), "--warehouse", nowhere];
    const { code, stdout } = await cascade([...common, "--against", "HEAD"]);
    assert.equal(code, 0);
    assert.match(stdout, /\*\*No contradiction in its policy\.\*\*/);
    assert.match(
      stdout,
      /\*\*1 change makes the policy weaker:\*\*\n\n- .*maximum of SESS in growth: .*65 %/,
    );
    assert.match(stdout, /\*\*Would run 182 dates in 6 cells\*\*/);
    assert.match(stdout, /10 jobs, 6 deep/);
  });

  it("is of the runbooks that differ from the ref, and of all where the rules for all differ", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "cascade-preview-"));
    const git = (...args: readonly string[]) =>
      run("git", ["-C", folder.path, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args]);
    for (const name of ["one", "two"]) {
      await cp(join(repository, "test/fixtures/shop"), join(folder.path, "runbooks", name), {
        recursive: true,
      });
      const path = join(folder.path, "runbooks", name, "runbook.yml");
      await writeFile(path, (await readFile(path, "utf8")).replace(/^name: .*/m, `name: ${name}`));
    }
    await git("init", "--quiet", "--initial-branch=main");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "Add two");
    process.chdir(folder.path);
    try {
      const titles = async () =>
        (await cascade(["preview", "--against", "HEAD"])).stdout.match(
          /^(?:# Preview of .*|No runbook.*|The runbook.*)$/gm,
        );
      assert.deepEqual(await titles(), ["No runbook changes."]);
      await appendFile("runbooks/two/sql/day.sql", "-- a note\n");
      assert.deepEqual(await titles(), ["# Preview of two"]);
      await writeFile("runbooks/policy.yml", "rules: [{ id: a, kind: owner, because: b }]\n");
      assert.deepEqual(await titles(), ["# Preview of one", "# Preview of two"]);
      await rm("runbooks/policy.yml");
      await rm("runbooks/one", { recursive: true });
      assert.deepEqual(await titles(), ["The runbook one is removed.", "# Preview of two"]);
    } finally {
      process.chdir(repository);
    }
  });

  it("says which definitions change, what is computed again for it, and which verdicts flip", async () => {
    await using folder = await repositoryWith([]);
    const warehouse = `duckdb:${join(folder.path, "built.duckdb")}`;
    assert.equal((await cascade(["sample", bookIn(folder.path), "--warehouse", warehouse])).code, 0);
    await cascade(["run", bookIn(folder.path), "--no-audit", "--warehouse", warehouse]);
    const preview = ["preview", bookIn(folder.path), "--against", "HEAD"];
    const same = await cascade([...preview, "--warehouse", warehouse]);
    assert.match(
      same.stdout,
      /\*\*What changes:\*\*\n\n- No definition changed: nothing is computed again for it\n- No verdict flips on what is built\n/,
    );
    const sql = join(bookIn(folder.path), "sql", "sess.sql");
    await writeFile(sql, (await readFile(sql, "utf8")).replaceAll("1e2", "1e3"));
    await change(folder.path, [["maximum: 0.50", "maximum: 0.01"]]);
    const { stdout } = await cascade([...preview, "--warehouse", warehouse]);
    assert.match(
      stdout,
      /- SESS: step changed; 91 dates of it are computed, and what reads it after it where that changes: COHORT 90\n- 7 dates of `web_analytics\.sessions` turn red by the budget of launch: 2024-01-01 to 2024-01-07\n\n/,
    );
    const fromNothing = await cascade(preview);
    assert.match(fromNothing.stdout, /- SESS: step changed; 91 dates of it are computed/);
    await change(folder.path, [["to: 2024-03-31, season", "to: 2024-03-29, season"]]);
    const shorter = await cascade([...preview, "--warehouse", warehouse]);
    assert.match(
      shorter.stdout,
      /- 2 dates leave the calendar: 2024-03-30 to 2024-03-31\n- SESS: step changed; 89 dates/,
    );
  });

  it("plans nothing of a runbook that breaks the format, and names every problem", async () => {
    await using folder = await repositoryWith([]);
    await change(folder.path, [["kind: coverage", "kind: covrage"]]);
    const { code, stdout } = await cascade(["preview", bookIn(folder.path)]);
    assert.equal(code, 2);
    assert.match(stdout, /\*\*1 problem\*\*[^]*covrage/);
    assert.doesNotMatch(stdout, /Plan of/);
  });
});

async function against(folder: string, options: readonly string[]) {
  const nowhere = `duckdb:${join(folder, "none.duckdb")}`;
  return cascade(["lint", bookIn(folder), "--warehouse", nowhere, ...options]);
}

function bookIn(folder: string): string {
  return join(folder, "books", "web-events");
}

/** A git repository with web-events, changed and then committed on `main`. */
async function repositoryWith(changes: readonly (readonly [from: string, to: string])[]) {
  const folder = await mkdtempDisposable(join(tmpdir(), "cascade-lint-"));
  await cp(join(repository, "runbooks", "web-events"), bookIn(folder.path), { recursive: true });
  await change(folder.path, changes);
  const git = (...args: readonly string[]) =>
    run("git", ["-C", folder.path, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args]);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "books");
  await git("commit", "--quiet", "--message", "Add the runbook");
  return folder;
}

async function change(
  folder: string,
  changes: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  const file = join(bookIn(folder), "runbook.yml");
  let text = await readFile(file, "utf8");
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
  }
  await writeFile(file, text);
}
