import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a hostile runbook may be after: a file with a secret, a place to write to, and a server that counts who asks. */
export type Bait = { readonly secret: string; readonly target: string; readonly server: string };

/** A runbook that somebody changed: what they did, and how, given the folder of a copy. */
export type HostileRunbook = { readonly what: string; readonly spoil: (folder: string) => void };

const calendarFile = "sql/calendar.sql";
const calendar = "select sale_date, extract(year from sale_date) as season from shop_raw.sales";
/** Files of SQL that a plan hands to the engine, as the runbook has them. */
const queryFiles = [calendarFile, "sql/day.sql", "sql/population/shops.sql"];

/** More than 300 of them by what they try; every one has to be refused. */
export function hostileRunbooks(bait: Bait) {
  return {
    "read what is not declared": reads(bait),
    "run another statement": statements(bait),
    "give other rows each time": unstable(),
    "put more into a value": values(bait),
    "leave the folder by a path": paths(bait),
    "leave the folder by a link": links(bait),
    "take names that objects have": inheritedNames(),
    "break the reader of YAML": yamls(),
    "be too large": sizes(),
    "compute without end": endless(),
  } satisfies Readonly<Record<string, readonly HostileRunbook[]>>;
}

function reads({ secret, target, server }: Bait): readonly HostileRunbook[] {
  const files = [
    "read_text",
    "read_blob",
    "read_csv",
    "read_csv_auto",
    "read_json",
    "read_json_auto",
    "read_json_objects",
    "read_ndjson",
    "read_ndjson_auto",
    "read_parquet",
    "parquet_scan",
    "parquet_metadata",
    "parquet_schema",
    "parquet_file_metadata",
    "sniff_csv",
    "glob",
    "sqlite_scan",
    "st_read",
    "iceberg_scan",
    "delta_scan",
  ];
  const sources = [
    `READ_TEXT('${secret}')`,
    `read_text(['${secret}', '/proc/self/environ'])`,
    `system.main.read_text('${secret}')`,
    `read_csv('${server}/rows.csv')`,
    `read_parquet('${server}/rows.parquet')`,
    `'${secret}'`,
    `"${secret}"`,
    `'${server}/rows.parquet'`,
    "'s3://bucket/rows.parquet'",
    `query('select * from read_text(''${secret}'')')`,
    "query_table('shop_raw.sales')",
    "query_table(['shop_raw.sales', 'shop_raw.other'])",
    ...["secrets", "settings", "extensions", "databases", "functions", "logs"].map(
      (name) => `duckdb_${name}()`,
    ),
    "pragma_database_list()",
    "pragma_table_info('shop_raw.sales')",
    "which_secret('s3://bucket', 's3')",
    "information_schema.tables",
    "pg_catalog.pg_tables",
    "sqlite_master",
    "shop_raw.other",
    "cascade.shop_raw.other",
    "(show all tables)",
    "(describe shop_raw.sales)",
    '(with "shop_raw.other" as (select 1) select * from shop_raw.other)',
    "(select (with sqlite_master as (select 1 as x) select max(x) from sqlite_master) from sqlite_master)",
    `(pivot '${secret}' on 1)`,
  ];
  function inQuery(file: string, source: string): HostileRunbook {
    return {
      what: `${source} in ${file}`,
      spoil: append(file, `limit (select count(*) from ${source})`),
    };
  }
  return [
    ...files.map((name, index) => inQuery(queryFiles[index % 3] ?? calendarFile, `${name}('${secret}')`)),
    ...sources.flatMap((source, index) => [
      inQuery(calendarFile, source),
      inQuery(queryFiles[1 + (index % 2)] ?? calendarFile, source),
    ]),
    { what: "a variable", spoil: append(calendarFile, `where getenv('HOME') = getvariable('${target}')`) },
  ];
}

function statements({ secret, target, server }: Bait): readonly HostileRunbook[] {
  const others = [
    `copy (select 1 as one) to '${target}'`,
    `copy shop_raw.sales from '${secret}'`,
    `export database '${target}'`,
    `import database '${dirname(secret)}'`,
    `attach '${target}' as other`,
    `attach '${server}/other.duckdb' as other`,
    "detach cascade_database",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "set enable_external_access = true",
    "reset all",
    "pragma database_list",
    "call pragma_version()",
    "create table shop_raw.other as select 1 as one",
    "create macro main.f(x) as x",
    "create secret (type s3)",
    "drop table shop_raw.sales",
    "delete from shop_raw.sales",
    "insert into shop_raw.sales select * from shop_raw.sales",
    "update shop_raw.sales set amount = 0",
    "alter table shop_raw.sales add column x int",
    "truncate shop_raw.sales",
    "vacuum",
    "checkpoint",
    "use memory",
    "begin",
    "commit",
    "prepare p as select 1",
    "explain select 1",
  ];
  return others.flatMap((other) => [
    { what: other, spoil: write(calendarFile, other) },
    { what: `${other}, second`, spoil: write(calendarFile, `${calendar};\n${other}`) },
    {
      what: `${other}, behind a parenthesis`,
      spoil: write(calendarFile, `${calendar}) as origin; ${other}; select * from (${calendar}`),
    },
  ]);
}

function unstable(): readonly HostileRunbook[] {
  const words = [
    "random() < 0.5",
    "current_date > date '2024-01-01'",
    "now() is null",
    "today() is null",
    "cast(uuid() as varchar) = ''",
    "cast(gen_random_uuid() as varchar) = ''",
    "nextval('s') = 1",
    "current_user = 'x'",
    "txid_current() = 1",
    "localtimestamp is null",
  ];
  return words.map((word) => ({ what: word, spoil: append(calendarFile, `where ${word}`) }));
}

function values({ secret }: Bait): readonly HostileRunbook[] {
  const texts = [
    "1, (select 1)",
    "1) as x from shop_raw.sales, (select 1",
    "1; drop table shop_raw.sales",
    `(select count(*) from read_text('${secret}'))`,
    `(select content from '${secret}')`,
    "random()",
    "1 from shop_raw.other",
    "1 order by (select 1 from sqlite_master)",
    "1 union select 2",
    "1 --",
    "1 /*",
  ];
  return texts.map((text) => ({
    what: text,
    spoil: edit("minimum-rows: 1", `minimum-rows: ${JSON.stringify(text)}`),
  }));
}

function paths({ secret }: Bait): readonly HostileRunbook[] {
  const targets = [
    secret,
    `../../../../../../../..${secret}`,
    "sql/../../secret.sql",
    "sql\\..\\..\\secret.sql",
    "sql/%2e%2e/secret.sql",
    "file:///etc/hostname",
    "https://evil.example/x.sql",
    "~/.ssh/id_rsa",
    "sql/calendar.sql\n../secret.sql",
    "sql/\u0000.sql",
    "sql/\u202Elqs.radnelac",
    "C:\\secret.sql",
    "//host/secret.sql",
    ".git/config",
    "-rf",
    "",
  ];
  const fields = ["sql: sql/calendar.sql", "sql: sql/day.sql", "sql: sql/population/shops.sql"];
  return targets.flatMap((target) =>
    fields.map((field) => ({
      what: `${JSON.stringify(target)} for ${field}`,
      spoil: edit(field, `sql: ${JSON.stringify(target)}`),
    })),
  );
}

function links({ secret }: Bait): readonly HostileRunbook[] {
  const places = {
    "a file": [calendarFile, secret],
    "the runbook": ["runbook.yml", secret],
    "a folder": ["sql", "/etc"],
    "the folder itself": ["more", "."],
    "the way up": ["up", ".."],
    nowhere: ["gone.sql", "/nowhere"],
    "a loop": ["loop", "loop"],
    "the environment": ["sql/env.sql", "/proc/self/environ"],
  } as const;
  return Object.entries(places).map(([what, [path, target]]) => ({
    what: `a link to ${what}`,
    spoil(folder) {
      rmSync(join(folder, path), { recursive: true, force: true });
      symlinkSync(target, join(folder, path));
    },
  }));
}

function inheritedNames(): readonly HostileRunbook[] {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"];
  const places = ["      sale_id: string", "      total: {", "  min_days: {", "  NO_TREND: {", "  SHOPS: {"];
  return names.flatMap((name) =>
    places.map((place) => ({
      what: `${name} for ${place.trim()}`,
      spoil: edit(place, place.replace(/\w+(?=:)/, name)),
    })),
  );
}

function yamls(): readonly HostileRunbook[] {
  const bomb = Array.from({ length: 12 }, (_, level) => {
    const inner =
      level === 0 ? "[x, x]" : `[${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`;
    return `k${level}: &a${level} ${inner}`;
  }).join("\n");
  const texts = {
    "aliases of aliases": bomb,
    "an alias of itself": "extra: &a [*a]",
    "an alias of nothing": "extra: *nowhere",
    "merged mappings": "extra: &a { x: 1 }\nmore: { <<: *a }",
    "endless lists": `extra: ${"[".repeat(5000)}`,
    "endless mappings": `extra: ${"{a: ".repeat(5000)}`,
    "endless blocks": Array.from({ length: 900 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
    "a tag of another language": "extra: !!python/object:os.system x",
    "a tag of JavaScript": "extra: !!js/function 'function () {}'",
    "a second document": "---\nname: other",
    "a key twice": "name: other",
    "10,000 keys": `extra: {${Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join(", ")}}`,
    "a null character": 'extra: "\u0000"',
    "half a character": 'extra: "\\uD800"',
    "a key of two lines": '"![p](https://evil.example/p.png) @octocat <b>#1</b>": 1',
    "an anchor on nothing": "extra: &",
  };
  return Object.entries(texts).map(([what, text]) => ({ what, spoil: append("runbook.yml", text) }));
}

function sizes(): readonly HostileRunbook[] {
  const long = (text: string, times: number): string => `${calendar} where true ${text.repeat(times)}`;
  return [
    {
      what: "600 files",
      spoil(folder) {
        for (let index = 0; index < 600; index += 1) writeFileSync(join(folder, `${index}.sql`), "");
      },
    },
    {
      what: "24 MB",
      spoil(folder) {
        for (let index = 0; index < 6; index += 1)
          writeFileSync(join(folder, `${index}.sql`), " ".repeat(4_000_000));
      },
    },
    { what: "4 MB of YAML", spoil: append("runbook.yml", `extra: [${"1,".repeat(2_000_000)}1]`) },
    { what: "a long query", spoil: write(calendarFile, long(" and true", 100_000)) },
    { what: "many columns", spoil: write(calendarFile, `${calendar} limit ${"1,".repeat(300_000)}1`) },
    { what: "deep parentheses", spoil: append(calendarFile, `where ${"(".repeat(40_000)}true`) },
    {
      what: "deep queries",
      spoil: append(calendarFile, `limit ${"(select ".repeat(9000)}1${")".repeat(9000)}`),
    },
    { what: "deep comments", spoil: append(calendarFile, "/*".repeat(40_000)) },
    { what: "a long sum", spoil: append(calendarFile, `limit 1${"+1".repeat(40_000)}`) },
    { what: "15,000 parameters", spoil: append(calendarFile, `limit @a${" + @a".repeat(15_000)}`) },
    {
      what: "a long value",
      spoil: edit("minimum-rows: 1", `minimum-rows: "1${"+1".repeat(200_000)}"`),
    },
  ];
}

function endless(): readonly HostileRunbook[] {
  const sales = "with recursive sales as (select * from shop_raw.sales)";
  const day = "date '2024-01-01' as sale_date";
  const many = "range(timestamp '1000-01-01', timestamp '9999-01-01', interval 1 day) as days(day)";
  const queries = {
    "a recursion": `${sales}, n as (select 1 as i union all select i + 1 from n) select ${day}, max(i) as season from n`,
    "many rows": `${sales} select ${day}, i as season from range(100000000000) as t(i)`,
    "every day of nine thousand years": `${sales} select cast(day as date) as sale_date, 1 as season from ${many}`,
    "a text of 20 GB": `${sales} select ${day}, repeat(repeat('x', 100000), 200000) as season`,
  };
  return Object.entries(queries).map(([what, sql]) => ({ what, spoil: write(calendarFile, sql) }));
}

function write(file: string, text: string): (folder: string) => void {
  return (folder) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
}

function append(file: string, text: string): (folder: string) => void {
  return (folder) => write(file, `${readFileSync(join(folder, file), "utf8").trimEnd()}\n${text}\n`)(folder);
}

/** Puts a text in the place of one in runbook.yml; throws where there is none, so that no attack is lost. */
function edit(found: string, text: string): (folder: string) => void {
  return (folder) => {
    const before = readFileSync(join(folder, "runbook.yml"), "utf8");
    if (!before.includes(found)) throw new Error(`There is no "${found}" in runbook.yml`);
    write(
      "runbook.yml",
      before.replace(found, () => text),
    )(folder);
  };
}
