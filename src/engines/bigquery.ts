import type { Engine } from "./engine.ts";
import { readCount } from "./read-count.ts";

/** A project of Google Cloud; its jobs install neither DuckDB nor anything else that is optional. */
export const bigqueryEngine: Engine = {
  name: "bigquery",
  addressForm: "bigquery:<project>[/<location>]",
  parseAddress(address) {
    const [, project, location] = /^bigquery:([a-z][\w:.-]*)(?:\/([\w-]+))?$/.exec(address) ?? [];
    if (project === undefined) return undefined;
    return {
      address,
      progressFile: undefined,
      file: undefined,
      refuseAbsent: () => undefined,
      async open({ timeZone, environment }) {
        const { GITHUB_RUN_ID, CASCADE_MAXIMUM_BYTES, CASCADE_BIGQUERY_ENDPOINT } = environment;
        const maximumBytes = readCount("CASCADE_MAXIMUM_BYTES", CASCADE_MAXIMUM_BYTES);
        const { openBigQuery } = await import("../warehouse/bigquery.ts");
        return openBigQuery({
          project,
          location,
          timeZone,
          labels: GITHUB_RUN_ID === undefined ? {} : { github_run_id: GITHUB_RUN_ID },
          endpoint: CASCADE_BIGQUERY_ENDPOINT,
          ...(maximumBytes === undefined ? {} : { maximumBytes }),
        });
      },
    };
  },
  async openExchange(...request) {
    return (await import("./bigquery-exchange.ts")).bigQueryExchange(...request);
  },
  runsIngest: false,
  hasWholeCatalog: false,
  jobs: {
    input: { form: "bigquery:<project>[/<location>]", pattern: /^bigquery:[\w.:-]+(?:\/[\w-]*)?$/ },
    target: { kind: "variable", name: "CASCADE_BIGQUERY" },
    tables: "in-place",
    omits: ["optional"],
    signIn: "google-cloud",
    mostCells: 2,
    suffix: "-bigquery",
  },
};
