import { resolve } from "node:path";
import { inMemory, openDuckDb } from "../warehouse/duckdb.ts";
import { progressPathOf } from "../warehouse/duckdb-faults.ts";
import { duckDbExchange } from "./duckdb-exchange.ts";
import type { Engine } from "./engine.ts";
import { readCount } from "./read-count.ts";

/** A file, or memory; jobs on GitHub hand tables on as artifacts. */
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
      open({ mode, timeZone, folders, environment: { CASCADE_THREADS, CASCADE_STATEMENT_SECONDS } }) {
        const seconds = readCount("CASCADE_STATEMENT_SECONDS", CASCADE_STATEMENT_SECONDS);
        return openDuckDb({
          path,
          readOnly: mode === "read",
          timeZone,
          lock: { folders, threads: readCount("CASCADE_THREADS", CASCADE_THREADS) },
          ...(seconds === undefined ? {} : { limitMs: seconds * 1000 }),
        });
      },
    };
  },
  openExchange: duckDbExchange,
  runsIngest: true,
  hasWholeCatalog: true,
  jobs: {
    input: { form: "duckdb", pattern: /^duckdb$/ },
    target: { kind: "itself" },
    tables: "in-artifacts",
    omits: [],
    signIn: undefined,
    mostCells: undefined,
    suffix: "",
  },
};
