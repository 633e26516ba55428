import { openDuckDb } from "../warehouse/duckdb.ts";
import { progressPathOf } from "../warehouse/duckdb-faults.ts";
import { duckDbExchange } from "./duckdb-exchange.ts";
import type { Engine } from "./engine.ts";

/** A file, or memory; jobs on GitHub hand tables on as artifacts. */
export const duckdbEngine: Engine = {
  name: "duckdb",
  addressForm: "duckdb:<file>",
  parseAddress(address) {
    const path = /^duckdb:(.+)$/s.exec(address)?.[1];
    if (path === undefined) return undefined;
    return {
      progressFile: progressPathOf(path),
      open: (mode) => openDuckDb({ path, readOnly: mode === "read" }),
    };
  },
  openExchange: duckDbExchange,
  runsIngest: true,
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
