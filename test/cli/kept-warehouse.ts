import { copyFile } from "node:fs/promises";
import type { ShellEffects } from "../../src/process/effects.ts";
import { rememberAnswers } from "../../src/gates/remember-answers.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";

/**
 * One database that stays open while many commands are typed on it, since to open an engine costs more than most of them
 * ask. Commands that only read share what was read since the last that could write.
 */
export type KeptWarehouse = AsyncDisposable & {
  readonly warehouse: Warehouse;
  /** For `cascade()`: every command works on this database, whatever address it names. */
  readonly openPlace: ShellEffects["openPlace"];
  /** The database as commands that only read see it. */
  readonly reading: () => Warehouse;
  /** Keeps what the database holds now in a file of this path. */
  readonly save: (path: string) => Promise<void>;
  /** Makes the database what the file of this path holds. */
  readonly restore: (path: string) => Promise<void>;
};

const oneCore: Statement = { sql: "set threads = 1", purpose: "keep to one core" };

/** Where tables are small no plan is worth being thought over: to think costs more than the rows do. */
const unthinking: Statement = { sql: "pragma disable_optimizer", purpose: "ask small tables" };

/** Opens it on a file of this path; tables are small unless it is said that they are those of a season. */
export async function keepWarehouse(
  path: string,
  { isSeason = false }: { readonly isSeason?: boolean } = {},
): Promise<KeptWarehouse> {
  const settings = isSeason ? [oneCore] : [oneCore, unthinking];
  const warehouse = await openDuckDb({ path });
  for (const setting of settings) await warehouse.query(setting);
  const kept = keptOpen(warehouse, settings);
  let remembered: Warehouse | undefined;
  function reading(): Warehouse {
    return (remembered ??= rememberAnswers(kept));
  }
  return {
    warehouse: kept,
    reading,
    openPlace(_, { mode }) {
      if (mode === "read") return Promise.resolve(reading());
      remembered = undefined;
      return Promise.resolve(kept);
    },
    save: (target) => warehouse.lend(() => copyFile(path, target)),
    async restore(source) {
      remembered = undefined;
      await warehouse.lend(() => copyFile(source, path));
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

/** The same warehouse for one command, which closes its sessions and not the database. */
function keptOpen(warehouse: Warehouse, settings: readonly Statement[]): Warehouse {
  return {
    ...warehouse,
    async session() {
      const session = await warehouse.session();
      for (const setting of settings) await session.query(setting);
      return session;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
