import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { vetRunbook } from "../../src/run/vet-runbook.ts";
import { openBigQuery } from "../../src/warehouse/bigquery.ts";
import { parseGoogleSql } from "../../src/warehouse/googlesql-parser.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { startServer, type LocalServer } from "../bigquery/local-server.ts";
import { readShop, stepText, withStep } from "../run/shop.ts";

const timing = { requestMs: 2_000, firstPauseMs: 1, longestPauseMs: 4, pollMs: 1, deadlineMs: 4_000 };

describe("parseGoogleSql()", () => {
  it("tells tables, table functions and what is unstable by the words, at their offsets", () => {
    const sql = String.raw`with own as (select 'it\'s' as e, @day as d)
select rand() as r, current_date, own.rand, 1 as current_time, @@session_id as s
from own, raw.sales tablesample system (10 percent), external_query('c', 'select 1') as q,
  \`other.raw.sales\` for system_time as of @then, unnest([1]) as rand`.replaceAll(String.raw`\``, "`");
    const parsed = parseGoogleSql(sql);
    assert.ok(parsed.kind === "query");
    assert.deepEqual(
      parsed.tables.map(({ name, offset }) => [name, sql.slice(offset, offset + 4)]),
      [
        ["raw.sales", "raw."],
        ["other.raw.sales", "`oth"],
      ],
    );
    assert.deepEqual(
      parsed.tableFunctions.map(({ name }) => name),
      ["external_query", "unnest"],
    );
    assert.deepEqual(
      parsed.unstable.map(({ name, offset }) => [name, sql.slice(offset, offset + 4)]),
      [
        ["rand", "rand"],
        ["current_date", "curr"],
        ["@@session_id", "@@se"],
        ["tablesample", "tabl"],
        ["system_time", "syst"],
      ],
    );
  });

  it("takes literals, comments and quoted names as GoogleSQL does", () => {
    const [own, other] = ["shop.own", "x.secret"];
    const texts = [
      `select """a"b""", k from ${other}`,
      `select '''it's''', k from ${other}`,
      `select 1 # isn't\nfrom ${other}`,
      `select 1 -- isn't\rfrom ${other}`,
      `select "it's", k from ${other}`,
      String.raw`select r"\"'", k from ${other}`,
      `select * from ${other} as x`,
      `select * from ${own} as x union all select * from ${other}`,
      `with t as (select * from ${other}) select * from t, ${own} as x`,
      `select * from ${own} as x, (select * from ${other})`,
      `select (select 1 from ${own} as x), k from ${other}`,
    ];
    for (const sql of texts) {
      const parsed = parseGoogleSql(sql);
      assert.ok(parsed.kind === "query", sql);
      assert.ok(parsed.tables.map(({ name }) => name).includes(other), sql);
    }
    const fields = parseGoogleSql(
      "select array(select v from o.lines) from shop.own as o, o.parts as p, p.codes",
    );
    assert.ok(fields.kind === "query");
    assert.deepEqual(
      fields.tables.map(({ name }) => name),
      ["shop.own"],
    );
    const asked = parseGoogleSql(
      "select `rand`(), safe.rand(), `current_date`(), @@ project_id, a.rand, 1 as rand",
    );
    assert.ok(asked.kind === "query");
    assert.deepEqual(
      asked.unstable.map(({ name }) => name),
      ["rand", "rand", "current_date", "@@project_id"],
    );
  });

  it("tells routines of datasets and models where a value stands", () => {
    const parsed = parseGoogleSql(
      "select x.udf(1), `y.udf`(2), `z` . udf (3), ai.generate('a.b(c'), safe.abs(o.v), safe.keys.new_keyset('x'), net.host(o.v) from a.b as o where o.v in (1)",
    );
    assert.ok(parsed.kind === "query");
    assert.deepEqual(
      parsed.tableFunctions.map(({ name }) => name),
      ["x.udf", "y.udf", "z.udf", "ai.generate", "safe.keys.new_keyset"],
    );
  });

  it("refuses what is one statement but no query", () => {
    const others = [
      "call x.p()",
      "execute immediate 'select 1'",
      "export data options (uri = 'x') as select 1",
    ];
    for (const sql of [...others, "assert (select true)", "table x.secret", "graph x.g match (a) return a"]) {
      assert.equal(parseGoogleSql(sql).kind, "refused", sql);
    }
    for (const sql of [
      "select 1",
      "(select 1)",
      "with t as (select 1) select * from t",
      "from a.b |> limit 1",
    ]) {
      assert.equal(parseGoogleSql(sql).kind, "query", sql);
    }
  });

  it("tells one value from more, and refuses what is not one statement", () => {
    const isValue = (value: string): boolean => {
      const parsed = parseGoogleSql(`select\n${value}`);
      return parsed.kind === "query" && parsed.isValue;
    };
    assert.deepEqual(
      ["a + 1", "coalesce(a, (select max(b) from unnest(c) as b))", "[1, 2][0]"].map(isValue),
      [true, true, true],
    );
    assert.deepEqual(["a, b", "a from raw.sales", "a) or (b", "a union all select b"].map(isValue), [
      false,
      false,
      false,
      false,
    ]);
    assert.deepEqual(parseGoogleSql("select 1;\ndrop table a.b; -- gone"), {
      kind: "refused",
      offset: 10,
      message: "expected one statement, found 2",
    });
    assert.equal(parseGoogleSql("select ';' as a; -- one").kind, "query");
  });
});

describe("vetRunbook() on BigQuery", () => {
  it("finds nothing in the runbooks of this repository, and asks nobody", async () => {
    await using warehouse = await openBigQuery({ project: "test", endpoint: "http://127.0.0.1:1" });
    for (const name of ["nba-cascade", "web-events"]) await vetRunbook(warehouse, await readRunbook(name));
    await vetRunbook(warehouse, await readShop());
  });

  it("finds undeclared tables, functions, clocks and second statements by the words alone", async () => {
    const found = await Promise.all(
      [
        "union all select a from raw.secrets",
        "union all select a from external_query('c', 'q')",
        "where rand() < 1",
        "; drop table a.b",
      ].map((end) => problemsOf(end, undefined)),
    );
    assert.deepEqual(found, [
      ['It reads "raw.secrets", which it does not declare'],
      ['It reads by the function "external_query"'],
      ['"rand" gives another value when it is asked again'],
      ["The engine refuses it: expected one statement, found 2"],
    ]);
  });

  it("asks dry runs where a plan is made: other statements, broken syntax, tables that words do not show", async () => {
    const statementType = (type: string, tables: readonly object[] = []): Answer => ({
      statistics: { query: { statementType: type, referencedTables: tables } },
    });
    const table = (projectId: string, datasetId: string, tableId: string): object => ({
      projectId,
      datasetId,
      tableId,
    });
    const message = "Syntax error: Unexpected keyword END at [2:3]";
    const found = [
      await problemsOf("", statementType("CREATE_TABLE")),
      await problemsOf("", { error: { code: 400, message, errors: [{ reason: "invalidQuery", message }] } }),
      await problemsOf("-- hidden_one", statementType("SELECT", [table("test", "raw", "hidden_one")])),
      await problemsOf("-- hidden_one", statementType("SELECT", [table("other", "raw", "hidden_one")])),
      await problemsOf("", statementType("SELECT", [table("test", "raw", "under_a_view")])),
      await problemsOf("", statementType("SELECT")),
      await problemsOf("", notFound),
    ];
    assert.deepEqual(found, [
      ["The engine refuses it: expected a query, found CREATE_TABLE"],
      ["The engine refuses it: Unexpected keyword END"],
      ['It reads "raw.hidden_one", which it does not declare'],
      ['It reads "other.raw.hidden_one", which it does not declare'],
      [],
      [],
      [],
    ]);
  });

  it("does not take a failed connection for an answer", async () => {
    const denied = {
      error: { code: 403, message: "denied", errors: [{ reason: "accessDenied", message: "denied" }] },
    };
    await assert.rejects(problemsOf("-- denied", denied), { code: "warehouse-unusable" });
  });
});

type Answer = {
  readonly statistics?: object;
  readonly error?: { readonly code: number; readonly message: string; readonly errors: readonly object[] };
};

const notFound: Answer = {
  error: {
    code: 404,
    message: "Not found: Table test:raw.sales",
    errors: [{ reason: "notFound", message: "Not found: Table test:raw.sales" }],
  },
};

/** Messages about DAY with `end` after its step, where the service answers its dry run so; undefined: it is not asked. */
async function problemsOf(end: string, answer: Answer | undefined): Promise<readonly string[]> {
  const shop = await readShop();
  const runbook: Runbook = withStep(shop, "DAY", `${stepText(shop, "DAY")}\n${end}`);
  await using service = await serve(stepText(runbook, "DAY"), answer);
  await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
  const failure = await vetRunbook(warehouse, runbook, { asksEngine: answer !== undefined }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (failure === undefined) return [];
  if (typeof failure === "object" && failure !== null && "problems" in failure && "code" in failure) {
    if (failure.code !== "runbook-invalid") throw failure;
    return (failure.problems as readonly { readonly message: string }[]).map(({ message }) =>
      message.replace(/ \([^()]*\)$/, ""),
    );
  }
  throw failure;
}

/** A service that gives `answer` to the dry run of one text, and to others that nothing is known. */
async function serve(sql: string, answer: Answer | undefined): Promise<LocalServer> {
  return startServer((_, body) => {
    const { configuration } = JSON.parse(body.toString("utf8")) as {
      readonly configuration: { readonly dryRun: boolean; readonly query: { readonly query: string } };
    };
    assert.equal(configuration.dryRun, true);
    const given = configuration.query.query === sql ? (answer ?? notFound) : notFound;
    return Promise.resolve({ status: given.error?.code ?? 200, body: JSON.stringify(given) });
  });
}
