import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade, copyShop } from "../cli/cascade.ts";
import { openRelay } from "../github/e2e/relay-repository.ts";
import { openShop } from "../run/shop.ts";

/** The commands that print JSON, and the type of docs/json.md that each prints. */
export const printed: Readonly<Record<string, string>> = {
  plan: "Plan",
  run: "Run",
  status: "Status",
  trust: "Trust",
  diff: "Diff",
  why: "Why",
  audit: "Audit",
  query: "Query",
  gaps: "Gaps",
  contamination: "Contamination",
  contract: "Contract",
  freshness: "Freshness",
  coverage: "Coverage",
  triage: "Triage",
  recover: "Recover",
  waive: "Waive",
  calibrate: "Calibrate",
  lint: "Lint",
  test: "Test",
  init: "Init",
  sample: "Ingest",
  load: "Ingest",
  report: "Report",
  runs: "Runs",
  revert: "Revert",
  dispatch: "RemoteRun",
  retry: "RemoteRun",
  follow: "RemoteRun",
};

/** A command line without its options of place, the name of its type on the page, and what it printed. */
export type Output = { readonly line: string; readonly type: string; readonly json: string };

const freshnessGate =
  "  - { id: fresh, kind: freshness, after: [SCORE], processors: [DAY, SCORE], maximum-age: 1, blocking: false }\n";

const shopColumns = "sale_id, sale_date, shop, amount";

/** How the shop's raw table is filled: from a file, or with three sales. */
const ingestSections = `
load:
  files: { sales: { path: sales.parquet, columns: [sale_id, sale_date, shop, amount] } }
  steps: [{ source: shop_raw.sales, sql: sql/load.sql }]
  checks: [{ name: dear sales, level: report, sql: sql/dear.sql }]
sample:
  parameters: { seed: 1 }
  steps: [{ source: shop_raw.sales, sql: sql/sample.sql }]
`;

/** A case that passes and one that fails. */
const casesOfDay = `cases:
  - name: sums
    dates: [2024-01-02]
    given: { shop_raw.sales: [{ sale_id: one, sale_date: 2024-01-02, shop: north, amount: 3 }] }
    expect: { rows: [{ shop: north, sale_date: 2024-01-02, total: 3 }] }
  - { name: none, dates: [2024-01-02], calendar: [2024-01-02], expect: { rows: [{ shop: east, sale_date: 2024-01-02 }] } }
`;

/** What every command prints of a small shop: when nothing has run, when all is well, when rows were lost, when nothing can be asked. */
export async function printEverything(folder: string): Promise<readonly Output[]> {
  const shop = await copyShop(join(folder, "shop"), {
    "runbook.yml": (text) => `${text.replace("\ngates:\n", `\ngates:\n${freshnessGate}`)}${ingestSections}`,
  });
  await writeFile(join(shop, "sql/load.sql"), `select ${shopColumns} from file_sales\n`);
  await writeFile(
    join(shop, "sql/dear.sql"),
    "select 'dear' as finding, count(*) as occurrences from shop_raw.sales where amount > 90\n",
  );
  await writeFile(
    join(shop, "sql/sample.sql"),
    "select 's' || n as sale_id, date '2024-01-01' as sale_date, 'north' as shop, cast(@seed as integer) as amount from range(3) as t(n)\n",
  );
  const path = join(folder, "shop.duckdb");
  await (await openShop(path))[Symbol.asyncDispose]();
  const outputs: Output[] = [];
  async function type(line: string, warehouse = path, extra: readonly string[] = []): Promise<void> {
    outputs.push(await print(line, [shop, ...extra], warehouse));
  }
  await writeFile(join(shop, "sql/day.test.yml"), casesOfDay);
  await type("test");
  await type("init", join(folder, "empty.duckdb"));
  for (const line of ["plan", "triage", "run"]) await type(line);
  for (const line of ["contamination", "contract", "freshness", "coverage"]) await type(line);
  await type("calibrate");
  await type("report", path, ["--out", join(folder, "out")]);
  await type("trust --all");
  await change(
    path,
    "delete from shop_analytics.shop_day where sale_date between date '2024-01-19' and date '2024-01-21'",
  );
  await change(path, "update shop_raw.sales set amount = amount + 1 where sale_date = date '2024-01-09'");
  const bad = [
    "plan",
    "plan --processor SCORE",
    "status",
    "audit",
    "gaps",
    "contamination",
    "coverage",
    "triage",
  ];
  const asked = ["contract", "freshness"];
  for (const line of [...bad, ...asked]) await type(line);
  outputs.push(await print("diff", [shop, "DAY"], path));
  outputs.push(await print("trust --require settled", [shop, "SCORE"], path));
  await type("waive --processor DAY --dates 2024-01-20 --reason lost --expires 2099-01-01 --approver jane");
  await type(
    "waive --processor TREND --period late --max-rate 0.4 --reason new --expires 2099-01-01 --approver jane",
  );
  await type("report", path, ["--out", join(folder, "out")]);
  outputs.push(await print("why", [shop, "TREND", "2024-01-22", "north"], path));
  outputs.push(
    await print(
      "query",
      [shop, "select [1.5, null] as list, true as flag, sale_id from shop_raw.sales limit 2"],
      path,
    ),
  );
  outputs.push(await print("why", [shop, "TREND", "2024-01-02", "north"], path));
  outputs.push(await print("why", [shop, "DAY", "2024-01-13"], path));
  await type("recover");
  await type("runs");
  const { runs } = JSON.parse(outputs.at(-1)?.json ?? "") as {
    readonly runs: readonly { readonly runId: string }[];
  };
  outputs.push(await print("revert --dry-run", [shop, runs.at(-1)?.runId ?? ""], path));
  outputs.push(...(await printRemote()));
  await exportSales(path, join(folder, "sales.parquet"));
  await type("load", path, ["--from", folder]);
  outputs.push(...(await printLints(folder, shop)));
  await type("sample", join(folder, "sample.duckdb"));
  await change(path, "alter table shop_raw.sales rename column amount to price");
  await type("init");
  return outputs;
}

/** What is told of a run on GitHub: dispatched and red, re-run, followed, and listed. */
async function printRemote(): Promise<readonly Output[]> {
  await using relay = await openRelay();
  const { github, setWeather } = relay;
  const environment = { GH_TOKEN: github.tokenOf("octocat"), GITHUB_API_URL: github.url };
  const repository = ["--repo", github.state.repository, "--json"];
  const outputs: Output[] = [];
  async function type(line: string, words: readonly string[] = []): Promise<void> {
    const [name = "", ...options] = line.split(" ");
    const { stdout } = await cascade([name, ...words, ...options, ...repository], { environment });
    outputs.push({ line, type: printed[name] ?? "", json: stdout });
  }
  setWeather("2024-01-02");
  const runbook = ["test/fixtures/relay"];
  await type("dispatch --processor LAP --end-date 2024-01-05 --follow", runbook);
  setWeather();
  await type("retry");
  await type("follow");
  await type("dispatch --dry-run", runbook);
  await type("runs --github", runbook);
  await github.settle();
  return outputs;
}

/** A policy without contradictions, one that has become weaker, one with contradictions, and no runbook at all. */
async function printLints(folder: string, shop: string): Promise<readonly Output[]> {
  const warehouse = join(folder, "shop.duckdb");
  const file = join(shop, "runbook.yml");
  const text = await readFile(file, "utf8");
  const git = (...args: readonly string[]) =>
    promisify(execFile)("git", [
      "-C",
      folder,
      "-c",
      "user.name=t",
      "-c",
      "user.email=t@example.org",
      ...args,
    ]);
  await git("init", "--quiet");
  await git("add", "shop");
  await git("commit", "--quiet", "--message", "Add the runbook");
  await writeFile(file, text.replace("maximum: 0.3", "maximum: 0.5"));
  const weaker = await print("lint --against HEAD", [shop], warehouse);
  await writeFile(file, text.replace("maximum: 0.3", "maximum: 0.1"));
  const contradictory = await print("lint", [shop], warehouse);
  await writeFile(file, text.replace("title: Shops", "titel: Shops"));
  const invalid = await print("lint", [shop], warehouse);
  await writeFile(file, text);
  return [weaker, contradictory, invalid];
}

async function print(line: string, args: readonly string[], path: string): Promise<Output> {
  const [name = "", ...options] = line.split(" ");
  const type = printed[name];
  if (type === undefined) throw new Error(`No such command: ${line}`);
  const { stdout } = await cascade([name, ...args, ...options, "--json", "--warehouse", `duckdb:${path}`]);
  return { line, type, json: stdout };
}

async function change(path: string, sql: string): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  await warehouse.execute([{ sql, purpose: "change the shop" }]);
}

async function exportSales(path: string, to: string): Promise<void> {
  await change(path, `copy (select ${shopColumns} from shop_raw.sales) to '${to}' (format parquet)`);
}
