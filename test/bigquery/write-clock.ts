/** Knows when rows were last written to the partitions of an emulator's tables. */
export type WriteClock = {
  /** Takes over a statement that was accepted, its parameters written out. */
  readonly tell: (sql: string) => void;
  /** The statement, with the metadata views that the emulator lacks as queries over the tables. */
  readonly rewrite: (sql: string) => string;
};

type Written = { readonly column: string; all: number; readonly dates: Map<string, number> };

/**
 * A clock that moves by a second a statement, from 2024-03-01. A statement writes to the partitions of the dates that it
 * names as literals, and to all when it names none; the counts of rows are those of the tables, some of which may have
 * fine-grained mutations.
 */
export function openWriteClock(fineGrained: readonly string[] = []): WriteClock {
  const tables = new Map<string, Written>();
  let now = Date.parse("2024-03-01T00:00:00Z") * 1000;
  return {
    tell(sql) {
      now += 1_000_000;
      const created = /^create table if not exists (\S+) \([^]*\)\npartition by `(\w+)`/i.exec(sql);
      const [, table, column] = created ?? [];
      const name = unquoted(table);
      if (column !== undefined && !tables.has(name)) tables.set(name, { column, all: now, dates: new Map() });
      const target = /^(?:merge|insert into|update|delete from)\s+([\w.`]+)/i.exec(sql)?.[1];
      const written = tables.get(unquoted(target));
      if (written === undefined) return;
      const dates = [...sql.matchAll(/\bdate '(\d{4}-\d{2}-\d{2})'/gi)].map(([, date = ""]) => date);
      if (dates.length === 0) {
        written.all = now;
        written.dates.clear();
      }
      for (const date of dates) written.dates.set(date, now);
    },
    rewrite(sql) {
      if (!sql.includes("INFORMATION_SCHEMA.PARTITIONS")) return sql;
      return sql.replaceAll(
        /`(\w+)`\.INFORMATION_SCHEMA\.(PARTITIONS|COLUMNS|TABLES)/g,
        (_, dataset: string, view) => {
          const own = [...tables].filter(([name]) => name.startsWith(`${dataset}.`));
          const rows = own.map(([name, written]) => {
            if (view === "TABLES") return tableOf(name, fineGrained.includes(name));
            return view === "PARTITIONS" ? partitionsOf(name, written) : columnOf(name, written);
          });
          return `(${rows.length === 0 ? nothing : rows.join(" union all ")})`;
        },
      );
    },
  };
}

const nothing = `select '' as table_schema, '' as table_name, '' as partition_id, 0 as total_rows,
current_timestamp() as last_modified_time, '' as column_name, '' as is_partitioning_column,
'' as is_fine_grained_mutations_enabled from unnest([1]) where false`;

function unquoted(name = ""): string {
  return name.replaceAll("`", "");
}

function partitionsOf(name: string, { column, all, dates }: Written): string {
  const [dataset, table] = name.split(".");
  const times = [...dates].map(([date, time]) => ` when '${date}' then ${time}`);
  const time = times.length === 0 ? String(all) : `case partition_date${times.join("")} else ${all} end`;
  return `select '${dataset}' as table_schema, '${table}' as table_name, replace(partition_date, '-', '') as partition_id,
total_rows, timestamp_micros(${time}) as last_modified_time
from (select cast(\`${column}\` as string) as partition_date, count(*) as total_rows from \`${dataset}\`.\`${table}\` as kept group by 1)`;
}

function columnOf(name: string, { column }: Written): string {
  const [dataset, table] = name.split(".");
  return `select '${dataset}' as table_schema, '${table}' as table_name, '${column}' as column_name, 'YES' as is_partitioning_column`;
}

function tableOf(name: string, isFineGrained: boolean): string {
  const [dataset, table] = name.split(".");
  return `select '${dataset}' as table_schema, '${table}' as table_name, '${isFineGrained ? "YES" : "NO"}' as is_fine_grained_mutations_enabled`;
}
