import { parseDocument, type Document } from "yaml";
import type { PolicyRule } from "../../../src/runbook/policy/policy-rules.ts";

/** Files of a runbook, to be changed. */
export type Files = Map<string, string>;

/** One way to break a runbook of this repository, and the rule that must say so. */
export type Mutation = {
  readonly rule: PolicyRule;
  readonly what: string;
  readonly runbook: "nba-cascade" | "web-events";
  readonly change: (files: Files) => void;
};

const main = "runbook.yml";
const settled = { state: ["settled"], upstream: ["settled"] };
const clean = { ...settled, contamination: ["clean"] };

/** At least one way for each rule. */
export const mutations: readonly Mutation[] = [
  nba("order-differs-from-graph", "prose forgets an edge", (files) =>
    edit(files, main, (document) => {
      document.set("order", [{ name: "factors", run: ["PCF"], after: ["TDZA"] }]);
    }),
  ),
  nba("node-without-command", "a processor loses its step", (files) =>
    edit(files, "processors/mlfs.yml", (document) => document.delete("step")),
  ),
  nba("expectation-above-limit", "December expects 20 %", (files) =>
    budget(files, { period: "P4", processor: "PSZA" }, { expected: { from: 0.05, to: 0.2 } }),
  ),
  nba("two-expectations-one-date", "a table of the plan comes back", (files) =>
    edit(files, main, (document) => {
      const failure = { from: 0.05, to: 0.1 };
      document.set("expectations", [
        { name: "weeks", rows: [{ period: "P4", processors: ["PSZA"], failure }] },
      ]);
    }),
  ),
  nba("two-expectations-one-date", "a processor gets a second budget", (files) =>
    edit(files, main, (document) =>
      add(document, "budgets", {
        period: "P4",
        processors: ["PSZA"],
        maximum: 0.5,
        allowed: ["NO_SHOT_ZONE"],
        exceeded: { action: "investigate" },
      }),
    ),
  ),
  nba("period-defined-twice", "two periods have one name", (files) =>
    period(files, "P2", { aliases: ["Bootstrap"] }),
  ),
  nba("overlapping-periods", "what comes after reaches into December", (files) =>
    period(files, "P5", { from: "2021-12-31" }),
  ),
  nba("missing-period", "New Year is in no period", (files) => period(files, "P5", { from: "2022-01-03" })),
  nba("limit-without-allowed-category", "no category may occur, and 15 % may fail", (files) =>
    budget(files, { period: "P4", processor: "TDZA" }, { allowed: [] }),
  ),
  nba("rules-overlap", "a plan retries what the tree accepts", (files) =>
    edit(files, main, (document) => document.set("retry", [{ id: "again", category: ["NO_SHOT_ZONE"] }])),
  ),
  nba("accept-beyond-limit", "a plan accepts without a floor", (files) =>
    edit(files, main, (document) =>
      document.set("accept", [
        { id: "low", period: ["P1", "P2", "P3", "P4"], contamination: ["clean"], failure: { from: 0.7 } },
      ]),
    ),
  ),
  nba("limit-without-action", "the tree accepts a month that is over its limit", (files) =>
    rule(files, {
      when: { ...clean, period: ["P4"], category: ["EXPECTED_INCOMPLETE"] },
      decision: "accept",
    }),
  ),
  nba("rules-not-total", "the last rule is gone", (files) =>
    edit(files, main, (document) => document.deleteIn(["recovery", lengthOf(document, "recovery") - 1])),
  ),
  nba("rule-never-reached", "a rule stands behind a wider one", (files) =>
    edit(files, main, (document) =>
      add(document, "recovery", {
        id: "late",
        when: { upstream: ["unsettled"], state: ["missing"] },
        decision: "investigate",
        because: "it is late",
      }),
    ),
  ),
  nba("limit-without-consequence", "a breach is to be documented nowhere", (files) =>
    budget(files, { period: "P1", processor: "PSZA" }, { exceeded: { action: "document" } }),
  ),
  nba("gate-contradicts-acceptance", "early NULLs are accepted before a strict gate", (files) =>
    rule(files, {
      when: { ...settled, period: ["P1"], category: ["EXPECTED_INCOMPLETE"], contamination: ["partial"] },
      decision: "accept",
    }),
  ),
  nba("gate-scope-exceeds-run", "a gate looks at a table of a later step", (files) =>
    gate(files, "zones-gaps", { processors: ["TDZA", "PSZA", "PCF"] }),
  ),
  nba("edge-without-gate", "the gates behind a processor only warn", (files) => {
    gate(files, "cache-contract", { blocking: false });
    gate(files, "cache-contamination", { blocking: false });
    gate(files, "cache-coverage", { blocking: false });
  }),
  nba("processor-without-gate", "no gate looks at the last table", (files) =>
    edit(files, main, (document) => {
      for (let index = 0; index < lengthOf(document, "gates"); index += 1) {
        const path = ["gates", index, "processors"];
        const ids = (document.toJS() as { gates: { processors: string[] }[] }).gates[index]?.processors ?? [];
        document.setIn(
          path,
          ids.filter((id) => id !== "MLFS"),
        );
      }
    }),
  ),
  nba("count-exceeds-capacity", "30 teams have 960 rows on 30 dates", (files) =>
    budget(files, { period: "P4", processor: "TDZA" }, { "expected-rows": { TDZA: 960 } }),
  ),
  nba("count-exceeds-capacity", "a period has more dates than days", (files) =>
    period(files, "P1", { "expected-dates": 5 }),
  ),
  nba("count-contradicts-rate", "half of the teams fail and all have rows", (files) =>
    budget(files, { period: "P1", processor: "TDZA" }, { expected: { from: 0.5, to: 0.9 } }),
  ),
  nba("count-contradicts-rate", "where most fail there are more rows a date", (files) =>
    budget(
      files,
      { period: "P1", processor: "PSZA" },
      { "expected-rows": { PSZA: 1000, PCF: 400, PDC: 400, MLFS: 400 } },
    ),
  ),
  nba("processor-without-expected-count", "nobody counts some tables", (files) => {
    for (const id of ["P1", "P2", "P3", "P4"]) {
      budget(files, { period: id, processor: "PSZA" }, { "expected-rows": {} });
    }
  }),
  nba("rate-without-denominator", "a processor loses its population", (files) =>
    edit(files, "processors/tdza.yml", (document) => document.delete("population")),
  ),
  nba("categories-not-exhaustive", "no category stands for a whole date", (files) =>
    edit(files, main, (document) => document.setIn(["categories", "MISSING_UPSTREAM", "level"], "entity")),
  ),
  web("category-nobody-may-use", "a category is added and no budget allows it", (files) =>
    edit(files, main, (document) =>
      document.setIn(["categories", "HOLIDAY"], {
        level: "date",
        meaning: "the shop was closed",
        retryable: false,
        action: "accept",
      }),
    ),
  ),
  web("category-without-action", "only the rule for everything else decides about errors", (files) =>
    edit(files, main, (document) => {
      const rules = (document.toJS() as { recovery: { when?: { category?: string[] } }[] }).recovery;
      document.set(
        "recovery",
        rules.filter(({ when }) => when?.category?.includes("PROCESSING_ERROR") !== true),
      );
    }),
  ),
  nba("rerun-without-downstream", "a command runs one table again", (files) =>
    edit(files, main, (document) => document.set("commands", [{ name: "Force", run: ["PCF"] }])),
  ),
  nba("tree-reruns-non-retryable", "the tree reruns what never has a row", (files) =>
    rule(files, { when: { ...clean, category: ["NO_SHOT_ZONE"], rate: ["within"] }, decision: "rerun" }),
  ),
  web("waiver-names-nothing", "a finding is accepted that no gate tells", (files) =>
    waive(files, { kind: "finding", processor: "SESS", finding: "strangers", dates: ["2024-01-09"] }),
  ),
  web("waiver-names-nothing", "a gap is accepted on a day that the calendar cannot have", (files) =>
    waive(files, { kind: "gap", processor: "SESS", dates: ["2031-01-09"] }),
  ),
  nba("waiver-names-nothing", "a rate is accepted where no budget sets a maximum", (files) =>
    waive(files, { kind: "budget", processor: "PSZA", period: "P5", "max-rate": 0.3 }),
  ),
  web("source-without-history", "a source has no dates any more", (files) =>
    edit(files, main, (document) => document.setIn(["sources", 0, "date"], "none")),
  ),
  nba("window-excludes-date", "a window of earlier games is read with the date itself", (files) =>
    files.set(
      "sql/tdza.sql",
      (files.get("sql/tdza.sql") ?? "").replace(
        "where games.game_date >=",
        "where games.game_date <= calendar_days.game_date and games.game_date >=",
      ),
    ),
  ),
  web("read-without-window", "a relation no longer says which dates it reads", (files) =>
    edit(files, "processors/sess.yml", (document) =>
      document.setIn(["relations", 0, "reads"], ["web_raw.events"]),
    ),
  ),
  nba("read-without-window", "the calendar no longer says that it reads every row", (files) =>
    edit(files, main, (document) => document.setIn(["calendar", "reads"], ["nba_raw.nbac_schedule"])),
  ),
  nba("read-without-window", "a cause no longer says so", (files) =>
    edit(files, main, (document) => document.setIn(["causes", 0, "reads", 0], "nba_raw.nbac_schedule")),
  ),
  web("reads-later-dates", "a daily step reads the whole month", (files) =>
    edit(files, "processors/cohort.yml", (document) => document.setIn(["reads", 0, "window"], "month")),
  ),
  web("window-beyond-retention", "sessions are kept for fewer days than the cohort reads", (files) =>
    edit(files, "processors/sess.yml", (document) => document.set("retention", 6)),
  ),
  nba("window-beyond-retention", "a table of the season keeps 200 days", (files) =>
    edit(files, "processors/tdgs.yml", (document) => document.set("retention", 200)),
  ),
  web("float-without-decimals", "the revenue of a visitor is stored with all its digits", (files) => {
    const sql = files.get("sql/sess.sql") ?? "";
    files.set("sql/sess.sql", sql.replace("round(round(sum(amount), 9) * 1e2) / 1e2", "sum(amount)"));
    edit(files, "processors/sess.yml", (document) => document.deleteIn(["columns", "revenue", "decimals"]));
  }),
  web("service-account-key", "a key is committed with the runbook", (files) =>
    files.set("key.json", '{\n  "type": "service_account"\n}'),
  ),
];

function nba(rule: PolicyRule, what: string, change: (files: Files) => unknown): Mutation {
  return { rule, what, runbook: "nba-cascade", change };
}

function web(rule: PolicyRule, what: string, change: (files: Files) => unknown): Mutation {
  return { rule, what, runbook: "web-events", change };
}

/** Changes a YAML file. */
export function edit(files: Files, file: string, change: (document: Document) => unknown): void {
  const document = parseDocument(files.get(file) ?? "");
  change(document);
  files.set(file, String(document));
}

function waive(files: Files, waiver: object): void {
  const signed = { reason: "known", approver: "jane", expires: "2031-12-31", digest: "0", warehouse: "none" };
  files.set("waivers.yml", JSON.stringify({ waivers: [{ id: "known", ...waiver, ...signed }] }));
}

function lengthOf(document: Document, section: string): number {
  return ((document.toJS() as Record<string, unknown[]>)[section] ?? []).length;
}

function add(document: Document, section: string, entry: unknown): void {
  document.addIn([section], document.createNode(entry));
}

type Named = { readonly id?: string; readonly period?: string; readonly processors?: readonly string[] };

function indexOf(document: Document, section: string, isMeant: (entry: Named) => boolean): number {
  const entries = (document.toJS() as Record<string, Named[]>)[section] ?? [];
  const index = entries.findIndex(isMeant);
  if (index < 0) throw new Error(`No such entry under ${section}`);
  return index;
}

function assign(
  document: Document,
  path: readonly unknown[],
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [key, value] of Object.entries(values))
    document.setIn([...path, key], document.createNode(value));
}

function budget(
  files: Files,
  { period, processor }: { readonly period: string; readonly processor: string },
  values: Readonly<Record<string, unknown>>,
): void {
  edit(files, main, (document) => {
    const index = indexOf(
      document,
      "budgets",
      (entry) => entry.period === period && entry.processors?.includes(processor) === true,
    );
    assign(document, ["budgets", index], values);
  });
}

function period(files: Files, id: string, values: Readonly<Record<string, unknown>>): void {
  edit(files, main, (document) =>
    assign(document, ["periods", indexOf(document, "periods", (entry) => entry.id === id)], values),
  );
}

function gate(files: Files, id: string, values: Readonly<Record<string, unknown>>): void {
  edit(files, main, (document) =>
    assign(document, ["gates", indexOf(document, "gates", (entry) => entry.id === id)], values),
  );
}

/** A rule before all others. */
function rule(files: Files, { when, decision }: { readonly when: unknown; readonly decision: string }): void {
  edit(files, main, (document) => {
    const rules = (document.toJS() as { recovery: unknown[] }).recovery;
    document.set("recovery", [{ id: "first", when, decision, because: "a test" }, ...rules]);
  });
}
