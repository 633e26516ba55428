/** How tables lie by the statements that created them, which the emulator forgets. */
export type EmulatedLayouts = {
  /** Remembers what a statement creates. */
  readonly learn: (statement: string) => void;
  /** A query for layouts as the emulator can answer it. */
  readonly mend: (statement: string) => string;
};

/** Layouts of an emulator without tables. */
export function emulatedLayouts(): EmulatedLayouts {
  const partitions: string[] = [];
  const clusters: string[] = [];
  return {
    learn(statement) {
      const table = /^create table (?:if not exists )?([`\w.]+)/i.exec(statement)?.[1]?.replaceAll("`", "");
      if (table === undefined) return;
      const partition = /\npartition by `?(\w+)`?/i.exec(statement)?.[1];
      if (partition !== undefined) partitions.push(`'${table}.${partition}'`);
      const clustered = /\ncluster by ([^\n]+)/i.exec(statement)?.[1]?.replaceAll("`", "").split(", ") ?? [];
      clusters.push(...clustered.map((name, index) => `when '${table}.${name}' then ${index + 1}`));
    },
    mend(statement) {
      if (statement.includes("INFORMATION_SCHEMA.TABLE_OPTIONS")) {
        return statement.replaceAll(/(where option_name in \([^)]*\))/g, "$1 and option_value != 'NULL'");
      }
      if (!statement.includes("clustering_ordinal_position")) return statement;
      const name = "concat(table_schema, '.', table_name, '.', column_name)";
      const isPartition = `case when ${name} in ('', ${partitions.join(", ")}) then 'YES' else 'NO' end`;
      const position = `case ${name} when '' then 0 ${clusters.join(" ")} end`;
      return statement.replaceAll(
        /from (\S+\.INFORMATION_SCHEMA\.COLUMNS)/g,
        (_, view: string) =>
          `from (select table_schema, table_name, column_name, is_nullable, ${isPartition} as is_partitioning_column, ${position} as clustering_ordinal_position from ${view})`,
      );
    },
  };
}
