import type { RunbookLimits } from "../runbook/limits.ts";
import type { BigQueryOptions } from "../warehouse/bigquery-configuration.ts";
import type { Engine, Opening } from "./engine.ts";
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
      async open({ timeZone, environment, runbook }) {
        const { openBigQuery } = await import("../warehouse/bigquery.ts");
        return openBigQuery({
          project,
          location,
          timeZone,
          labels: labelsOf(environment, runbook),
          endpoint: environment["CASCADE_BIGQUERY_ENDPOINT"],
          ...boundsOf(environment, runbook?.limits),
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
    // Of ten that write at once two run and eight wait, where twenty may.
    mostCells: 10,
    variables: { CASCADE_STATEMENT_MINUTES: "statement-minutes" },
    suffix: "-bigquery",
  },
};

/** What somebody says for one invocation goes before what the runbook says. */
function boundsOf(environment: Opening["environment"], limits: RunbookLimits = { labels: {} }): Bounds {
  const { CASCADE_MAXIMUM_BYTES, CASCADE_STATEMENT_MINUTES } = environment;
  const { statementBytes, statementMinutes, parallel, priority, reservation } = limits;
  return {
    maximumBytes: readCount("CASCADE_MAXIMUM_BYTES", CASCADE_MAXIMUM_BYTES) ?? statementBytes,
    jobMinutes: readCount("CASCADE_STATEMENT_MINUTES", CASCADE_STATEMENT_MINUTES) ?? statementMinutes,
    parallel,
    priority,
    reservation,
  };
}

type Bounds = Pick<BigQueryOptions, "maximumBytes" | "jobMinutes" | "parallel" | "priority" | "reservation">;

function labelsOf(
  { GITHUB_RUN_ID }: Opening["environment"],
  runbook: Opening["runbook"],
): Readonly<Record<string, string>> {
  return {
    ...runbook?.limits?.labels,
    ...(runbook === undefined ? {} : { runbook: runbook.name }),
    ...(GITHUB_RUN_ID === undefined ? {} : { github_run_id: GITHUB_RUN_ID }),
  };
}
