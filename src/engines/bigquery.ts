import { Fault } from "../errors.ts";
import { openBigQuery } from "../warehouse/bigquery.ts";
import { bigQueryExchange } from "./bigquery-exchange.ts";
import type { Engine } from "./engine.ts";

/** A project of Google Cloud; its jobs install neither DuckDB nor anything else that is optional. */
export const bigqueryEngine: Engine = {
  name: "bigquery",
  addressForm: "bigquery:<project>[/<location>]",
  parseAddress(address) {
    const [, project, location] = /^bigquery:([a-z][\w:.-]*)(?:\/([\w-]+))?$/.exec(address) ?? [];
    if (project === undefined) return undefined;
    return {
      progressFile: undefined,
      open(_, { GITHUB_RUN_ID, CASCADE_MAXIMUM_BYTES, CASCADE_BIGQUERY_ENDPOINT }) {
        return openBigQuery({
          project,
          location,
          labels: GITHUB_RUN_ID === undefined ? {} : { github_run_id: GITHUB_RUN_ID },
          endpoint: CASCADE_BIGQUERY_ENDPOINT,
          ...(CASCADE_MAXIMUM_BYTES === undefined
            ? {}
            : { maximumBytes: requireBytes(CASCADE_MAXIMUM_BYTES) }),
        });
      },
    };
  },
  openExchange: bigQueryExchange,
  runsIngest: false,
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

function requireBytes(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Fault("usage", `Cannot read CASCADE_MAXIMUM_BYTES: expected a number of bytes, found "${text}"`, {
    hint: "Give a whole number, for example 107374182400 for 100 GiB",
  });
}
