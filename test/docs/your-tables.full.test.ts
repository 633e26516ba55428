import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "../cli/cascade.ts";

const home = process.cwd();
const page = await readFile(join(import.meta.dirname, "../../docs/your-tables.md"), "utf8");

/** The table that the page describes. */
const orders = `create table main.orders as
select
  cast(day * 40 + nth + 1 as bigint) as order_id,
  date '2024-01-01' + cast(day as integer) as day,
  'c' || nth % 13 as customer,
  cast(1.5 * (1 + (day * nth + nth) % 40) as decimal(10, 2)) as amount,
  case when nth % 4 = 0 then 'SPRING' end as coupon
from range(91) as days (day), range(40) as orders (nth)`;

const flights = `copy (
  select 2024 as year, month(flown) as month, day(flown) as day, 'C' || flight as carrier, flight * 7 - 20 as delay
  from (select date '2024-01-01' + cast(number as integer) as flown from range(60) as days (number)), range(9) as flights (flight)
) to 'exports/flights.parquet'`;

const daily = `select day, customer, count(*) as orders, sum(amount) as revenue
from orders
group by day, customer;
`;

describe("docs/your-tables.md", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-page-"));
    process.chdir(folder);
    await mkdir("exports/visits", { recursive: true });
    await execute("shop.duckdb", [orders]);
    await execute(":memory:", [flights]);
    await mkdir("models");
    await writeFile("models/daily_revenue.sql", daily);
    await writeFile("models/weekly_revenue.sql", blockOf("sql"));
    await mkdir("runbooks/pages/sql", { recursive: true });
    await writeFile(
      "runbooks/pages/runbook.yml",
      /^```yaml\n(name: pages\n[^]*?)^```$/m.exec(page)?.[1] ?? "",
    );
    await writeFile("runbooks/pages/count.py", blockOf("python"));
    await writeFile("runbooks/pages/sql/visits.sql", /`sql\/visits\.sql` is `([^`]+)`/.exec(page)?.[1] ?? "");
    for (const month of ["01", "02"]) {
      const lines = Array.from(
        { length: 28 },
        (_, day) => `2024-${month}-${String(day + 1).padStart(2, "0")},${day},/`,
      );
      await writeFile(`exports/visits/2024-${month}.csv`, `day,visitor,page\n${lines.join("\n")}\n`);
    }
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  const commands = [...page.matchAll(/^npx cascade (.*?)(?: +#.*)?$/gm)].map(([, line = ""]) => line);

  it("has commands", () => {
    assert.ok(commands.length > 6);
  });

  for (const [number, line] of commands.entries()) {
    it(`tells of \`cascade ${line}\`, which passes (${number + 1})`, async () => {
      const { code, stderr } = await cascade(line.split(" "));
      assert.equal(code, 0, stderr);
    });
  }

  for (const name of ["shop", "web", "sales", "pages", "try-out"]) {
    it(`has a runbook ${name} that the linter has nothing against`, async () => {
      const { code, stdout } = await cascade(["lint", name]);
      assert.deepEqual([code, stdout], [0, ""]);
    });
  }

  it("shows what is written", async () => {
    const written = (
      await Promise.all(
        ["shop", "web", "sales", "pages"].map((name) => readFile(`runbooks/${name}/runbook.yml`, "utf8")),
      )
    ).join("");
    const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
    assert.equal(blocks.length, 4);
    assert.deepEqual(
      blocks.filter((block) => !written.includes(block)),
      [],
    );
  });
});

function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";
}

async function execute(path: string, statements: readonly string[]): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  for (const sql of statements) await warehouse.query({ sql, purpose: "make what the page describes" });
}
