import { resolve } from "node:path";
import { inMemory, progressPathOf, refuseAbsent } from "../warehouse/duckdb-place.ts";
import type { Engine } from "./engine.ts";
import { readCount } from "./read-count.ts";
import { readMemory } from "./read-memory.ts";

/** A file, or memory; jobs on GitHub hand tables on as artifacts. What opens it is loaded when one is opened. */
export const duckdbEngine: Engine = {
  name: "duckdb",
  addressForm: "duckdb:<file>",
  parseAddress(address) {
    const path = /^duckdb:(.+)$/s.exec(address)?.[1];
    if (path === undefined) return undefined;
    return {
      address: path === inMemory ? address : `duckdb:${resolve(path)}`,
      progressFile: progressPathOf(path),
      file: path,
      refuseAbsent: () => refuseAbsent(path),
      async open({ mode, timeZone, folders, environment, keepsPlans = false }) {
        const { CASCADE_MEMORY, CASCADE_THREADS, CASCADE_STATEMENT_SECONDS } = environment;
        const seconds = readCount("CASCADE_STATEMENT_SECONDS", CASCADE_STATEMENT_SECONDS);
        const { openDuckDb } = await import("../warehouse/duckdb.ts");
        return openDuckDb({
          path,
          readOnly: mode === "read",
          timeZone,
          keepsPlans,
          memoryLimit: readMemory("the memory of DuckDB", CASCADE_MEMORY),
          lock: { folders, threads: readCount("CASCADE_THREADS", CASCADE_THREADS) },
          ...(seconds === undefined ? {} : { limitMs: seconds * 1000 }),
        });
      },
    };
  },
  async openExchange(...request) {
    return (await import("./duckdb-exchange.ts")).duckDbExchange(...request);
  },
  runsIngest: true,
  hasWholeCatalog: true,
  jobs: {
    input: { form: "duckdb", pattern: /^duckdb$/ },
    target: { kind: "itself" },
    tables: "in-artifacts",
    omits: [],
    signIn: undefined,
    mostCells: undefined,
    variables: {},
    suffix: "",
  },
};
