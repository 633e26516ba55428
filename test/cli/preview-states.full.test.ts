import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import { runStatesJob } from "../../src/github/jobs/states-job.ts";
import { readArtifactFolder, writeArtifactFolder } from "../../src/github/state/artifact-folder.ts";
import { extractState } from "../../src/github/state/extracts.ts";
import type { FetchState } from "../../src/github/state/open-state.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { silentVoice } from "../github/actions/silent-voice.ts";
import { jobEnvironment } from "../github/runner/job-environment.ts";
import { shopState } from "../github/state/shop-state.ts";
import { parseJobIdentity } from "../../src/github/job-identity.ts";
import { cascade, copyShop, type Ending } from "./cascade.ts";

const sample = `
sample:
  parameters: { seed: 1 }
  steps:
    - { source: shop_raw.sales, sql: sql/sample/sales.sql }
`;
const sales = `select shop || '-' || day || '-' || nth as sale_id, date '2024-01-01' + cast(day as integer) as sale_date, shop,
  (day * 37 + nth * 11 + length(shop)) % 97 + 1 + @seed - @seed as amount
from (values ('north'), ('south')) as shops(shop), range(31) as days(day), range(3) as sales(nth)
`;

describe("cascade preview --states", () => {
  const home = process.cwd();
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-preview-states-"));
    const shop = join(folder, "runbooks", "shop");
    await copyShop(shop, { "runbook.yml": (text) => `${text}${sample}` });
    await mkdir(join(shop, "sql", "sample"));
    await writeFile(join(shop, "sql", "sample", "sales.sql"), sales);
    process.chdir(folder);
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args]);
    git("init", "--quiet", "--initial-branch=main");
    git("add", "runbooks");
    git("commit", "--quiet", "--message", "Add the shop");
    await publish(join(folder, "published"));
    const sql = join(shop, "sql", "day.sql");
    await writeFile(sql, (await readFile(sql, "utf8")).replace("count(*) as sales", "count(shop) as sales"));
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  /** Hands on what `fetchState` finds, as the job before the preview does; gives the folder of the artifact. */
  async function handOn(fetchState: FetchState): Promise<string> {
    const target = await mkdtemp(join(folder, "artifact-"));
    const uploaded: string[] = [];
    const name = await runStatesJob({
      job: parseJobIdentity(jobEnvironment),
      folder: await mkdtemp(join(folder, "job-")),
      voice: silentVoice,
      artifacts: {
        list: () => Promise.resolve([]),
        download: () => Promise.resolve(),
        async upload(own, from, keeping) {
          uploaded.push(`${own} for ${keeping?.daysKept} day`);
          await cp(from, target, { recursive: true });
        },
      },
      isTouched: () => true,
      fetchState,
    });
    assert.deepEqual([name, uploaded], ["states.a1", ["states.a1 for 1 day"]]);
    return target;
  }

  async function fetchPublished(): ReturnType<FetchState> {
    const copy = await mkdtemp(join(folder, "fetched-"));
    await cp(join(folder, "published"), copy, { recursive: true });
    return readArtifactFolder("state-shop", copy);
  }

  function preview(states: string): Promise<Ending> {
    return cascade(["preview", "--against", "HEAD", "--states", states]);
  }

  it("plans on the newest published state, and judges by it", async () => {
    const workflows: string[] = [];
    const states = await handOn((runbook, workflow) => {
      workflows.push(`${runbook} ${workflow}`);
      return fetchPublished();
    });
    assert.deepEqual(workflows, ["shop backfill-shop.yml"]);
    const { code, stdout, stderr } = await preview(states);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /State: that of `gh-1-1`, attempt 1\./);
    assert.match(stdout, /\*\*What changes:\*\*\n\n- DAY: step changed; 31 dates of it are computed/);
    assert.match(stdout, /\n- No verdict flips on what is built\n/);
    assert.match(stdout, /\*\*Would run 92 dates in 6 cells\*\*, 1 up to date/);
    assert.doesNotMatch(stdout, /Warning/);
  });

  it("says that no run has published one", async () => {
    const { code, stdout } = await preview(await handOn(() => Promise.resolve(undefined)));
    assert.equal(code, 0);
    assert.match(stdout, /State: none, no run .* has published one yet; on the sample of the runbook\./);
    assert.doesNotMatch(stdout, /Warning/);
  });

  it("warns and plans on the sample where the state is not what was published, and is not red for it", async () => {
    const states = await handOn(fetchPublished);
    await appendFile(join(states, "shop/shop_analytics.shop_day.parquet"), "x");
    const { code, stdout } = await preview(states);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\*\*Warning\*\* \(`artifact-lost`\): the published state cannot be used\. /);
    assert.match(stdout, /State: that which was published cannot be used; on the sample of the runbook\./);
    assert.match(stdout, /- DAY: step changed; 31 dates of it are computed/);
  });

  it("tells what kept the job before from handing it on, as text", async () => {
    const message = "Cannot ask GitHub: status 403, @octocat <b>no</b>";
    const states = await handOn(() => {
      throw new Fault("github-failed", message, { hint: "Look at the job's permissions" });
    });
    const { code, stdout } = await preview(states);
    assert.equal(code, 0);
    assert.match(stdout, /\*\*Warning\*\*[^\n]*github-failed/);
    assert.doesNotMatch(stdout.replaceAll(/(`+)[^]*?\1/g, ""), /@octocat|<b>/);
    assert.match(stdout, /on the sample of the runbook\./);
  });

  describe("of a runbook without a sample", () => {
    const path = join("runbooks", "shop", "runbook.yml");
    let declared = "";
    before(async () => {
      declared = (await readFile(path, "utf8")).replace(sample, "");
      await mkdir("data");
      await writeFile(join("data", "sales.csv"), csvOfSales());
      await writeFile(join("runbooks", "shop", "sql", "load.sql"), "select * from file_sales");
    });

    it("plans on the published state with the files of the repository", async () => {
      await writeFile(path, `${declared}${load}`);
      const { code, stdout, stderr } = await preview(await handOn(fetchPublished));
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /State: that of `gh-1-1`, attempt 1\./);
      assert.match(stdout, /- DAY: step changed; 31 dates of it are computed/);
      assert.match(stdout, /\n- No verdict flips on what is built\n/);
      assert.match(stdout, /\*\*Would run 92 dates in 6 cells\*\*, 1 up to date/);
    });

    it("plans on the files alone where no run has published a state", async () => {
      await writeFile(path, `${declared}${load}`);
      const { code, stdout } = await preview(await handOn(() => Promise.resolve(undefined)));
      assert.equal(code, 0, stdout);
      assert.match(stdout, /State: none, no run .* has published one yet; on the files of data\./);
      assert.match(stdout, /\*\*Would run 93 dates/);
    });

    it("says why it is not planned, and what would be", async () => {
      const fetched = load.replace("files:", "fetch: { command: [curl, https://example.org] }\n  files:");
      for (const [section, why] of [
        [fetched, /\*\*Not planned\*\*: its raw tables are filled from files that a command fetches/],
        ["", /\*\*Not planned\*\*: nothing in the repository fills its raw tables/],
      ] as const) {
        await writeFile(path, `${declared}${section}`);
        const { code, stdout, stderr } = await preview(await handOn(fetchPublished));
        assert.equal(code, 0, stdout + stderr);
        assert.match(stdout, why);
        assert.match(stdout, /With a `sample` it is planned/);
        assert.doesNotMatch(stdout, /Would run/);
      }
    });
  });
});

const load = `
load:
  from: data
  files: { sales: { path: "*.csv" } }
  steps: [{ source: shop_raw.sales, sql: sql/load.sql }]
`;

/** The sales of the sample, as a file. */
function csvOfSales(): string {
  const rows = ["north", "south"].flatMap((shop) =>
    Array.from({ length: 31 * 3 }, (_, index) => {
      const [day, nth] = [Math.floor(index / 3), index % 3];
      const date = `2024-01-${String(day + 1).padStart(2, "0")}`;
      return `${shop}-${day}-${nth},${date},${shop},${((day * 37 + nth * 11 + shop.length) % 97) + 1}`;
    }),
  );
  return ["sale_id,sale_date,shop,amount", ...rows, ""].join("\n");
}

/** Runs the shop on its sample and writes the state that a run on GitHub would publish. */
async function publish(target: string): Promise<void> {
  const path = join(target, "..", "built.duckdb");
  for (const command of [["sample"], ["run", "--no-audit"]]) {
    const { stderr } = await cascade([...command, "shop", "--warehouse", `duckdb:${path}`]);
    assert.doesNotMatch(stderr, /Cannot/);
  }
  await using warehouse = await openDuckDb({ path });
  const runbook = await readRunbook("shop");
  await writeArtifactFolder(warehouse, target, { extracts: extractState(runbook), manifest: shopState });
}
