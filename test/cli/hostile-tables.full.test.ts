import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Nodes } from "mdast";
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Statement } from "../../src/warehouse/warehouse.ts";
import { hostileText } from "../report/hostile-text.ts";
import { openShop } from "../run/shop.ts";
import { cascade, copyShop } from "./cascade.ts";
import { readTerminal } from "./read-terminal.ts";

const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];
const commands = ["plan", "status", "gaps", "contamination", "contract", "coverage", "triage"];
/** Each once, and as a warehouse can hold it. */
const entities = fc
  .sample(hostileText(), { numRuns: 10_000, seed: 20_240_120 })
  .map((text, index) => `${text.toWellFormed().replaceAll("\0", "\u0001")}${index}`);

describe("10,000 hostile strings in tables", () => {
  let base = "";
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "cascade-hostile-"));
    await prepare("plain", ["one", "two"]);
    await prepare("hostile", entities);
  });
  after(() => rm(base, { recursive: true }));

  function addressOf(name: string): string {
    return `duckdb:${join(base, `${name}.duckdb`)}`;
  }

  /** A shop whose customers are called so, run, and then spoilt so that every gate has something to tell. */
  async function prepare(name: string, shops: readonly string[]): Promise<void> {
    const path = join(base, `${name}.duckdb`);
    await copyShop(join(base, name, "shop"), {
      "sql/trend.sql": (text) => text.replace("' earlier days'", "' earlier days of ' || member.shop"),
      "sql/day.sql": (text) =>
        text.replace(
          "as total,",
          "+ case when extract(day from sale_date) = 25 then error('no sum of ' || shop) else 0 end as total,",
        ),
    });
    await (await openShop(path))[Symbol.asyncDispose]();
    const texts = { type: "array<string>", value: shops } as const;
    const sql = `insert into shop_raw.sales
select 'h-' || day || '-' || nth, cast(day as date), shop, 5
from (select unnest(@texts) as shop, generate_subscripts(@texts, 1) as nth), (values ('2024-01-20'), ('2024-01-25')) as days(day)`;
    await change(path, { sql, parameters: { texts }, purpose: "add shops" });
    assert.equal((await cascade(["run", join(base, name, "shop"), "--warehouse", addressOf(name)])).code, 1);
    for (const spoil of [
      "delete from shop_analytics.shop_day where sale_date = date '2024-01-20' and total = 5",
      "update shop_raw.sales set amount = -5 where sale_date = date '2024-01-20'",
      "insert into shop_analytics.shop_trend select shop || 'z', sale_date, 3, 1 from shop_raw.sales where sale_date = date '2024-01-20'",
      "insert into shop_analytics.shop_score select * from shop_analytics.shop_score where sale_date = date '2024-01-20'",
    ]) {
      await change(path, { sql: spoil, purpose: "spoil the tables" });
    }
    const place = ["--out", join(base, name, "out"), "--warehouse", addressOf(name)];
    await cascade(["report", join(base, name, "shop"), ...january, ...place]);
  }

  it("steer no terminal and are read back from JSON, whatever is asked", async () => {
    const shop = join(base, "hostile/shop");
    const place = ["--warehouse", addressOf("hostile")];
    const said: string[] = [];
    for (const name of commands) {
      const shown = await cascade([name, shop, ...january, ...place]);
      const json = await cascade([name, shop, ...january, ...place, "--json"]);
      said.push(shown.stdout, shown.stderr, json.stdout, json.stderr);
      assert.doesNotThrow(() => JSON.parse(json.stdout) as unknown, name);
    }
    said.push((await cascade(["coverage", shop, ...january, ...place, "--reconcile"])).stdout);
    for (const entity of entities.slice(0, 20)) {
      const { code, stdout, stderr } = await cascade([
        "why",
        ...place,
        "--",
        shop,
        "TREND",
        "2024-01-20",
        entity,
      ]);
      assert.equal(code, 0, stderr);
      said.push(stdout, stderr);
    }
    for (const text of said) assert.deepEqual(readTerminal(text).effects, []);
    assert.match(said.join(""), /octocat/);
  });

  it("are no mark-up in the report: not as Markdown, and on the page what plain ones are", async () => {
    const text = await readFile(join(base, "hostile/out/report.md"), "utf8");
    const nodes = nodesOf(unified().use(remarkParse).use(remarkGfm).parse(text));
    assert.deepEqual(
      nodes.flatMap((node) => (foreign.has(node.type) ? [node.type] : [])),
      [],
    );
    for (const node of nodes.filter(({ type }) => type === "html")) {
      assert.match("value" in node ? node.value : "", ownTag);
    }
    const [plain, hostile] = await Promise.all(
      ["plain", "hostile"].map((name) => readFile(join(base, name, "out/report.html"), "utf8")),
    );
    const known = new Set(partsOf(plain ?? ""));
    const own = partsOf(hostile ?? "");
    assert.ok(own.length > 100);
    assert.deepEqual(
      own.filter((part) => !known.has(part)),
      [],
    );
    JSON.parse(await readFile(join(base, "hostile/out/report.json"), "utf8"));
  });
});

const foreign = new Set<Nodes["type"]>(["image", "link", "imageReference", "linkReference", "definition"]);
const ownTag = /^(?:<details>\n<summary>[\w ,()]+<\/summary>|<\/details>|<sub>|<\/sub>)$/;

async function change(path: string, statement: Statement): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  await warehouse.execute([statement]);
}

function nodesOf(node: Nodes): readonly Nodes[] {
  return [node, ...("children" in node ? node.children.flatMap(nodesOf) : [])];
}

/** Every element of a page with the names of its attributes; a page with an error of syntax has none. */
function partsOf(page: string): readonly string[] {
  const errors: string[] = [];
  const document = parse(page, { onParseError: ({ code }) => errors.push(code) });
  assert.deepEqual(errors, []);
  const parts = (node: DefaultTreeAdapterTypes.Node): readonly string[] => [
    ...("tagName" in node ? [[node.tagName, ...node.attrs.map(({ name }) => name)].join(" ")] : []),
    ...("childNodes" in node ? node.childNodes.flatMap(parts) : []),
  ];
  return parts(document);
}
