import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validRunbook, type Change } from "./small-runbook.ts";

const main = "runbook.yml";

describe("definitionOf()", () => {
  it("does not see comments and layout of SQL", () => {
    assertSame([
      ["sql/visit.sql", "-- One row per person and day.\n", "/* Other words. */"],
      ["sql/visit.sql", "select day, person,", "select\n  day,\n  person,"],
      ["sql/people.sql", "select distinct", "select   distinct -- each once\n"],
    ]);
  });

  it("does not see titles, periods, budgets, gates, recovery and checks", () => {
    assertSame([
      [main, "title: Visits", "title: Visits of people"],
      [main, "to: 2024-01-20", "to: 2024-01-21"],
      [main, "maximum: 0.6", "maximum: 0.7"],
      [main, "kind: coverage", "kind: contract"],
      [main, "decision: accept", "decision: rerun"],
      [main, "    parameters: [fewest]", "    changes: { rows-added: 0.1 }\n    parameters: [fewest]"],
      [
        main,
        "    parameters: [fewest]",
        "    critical: [{ field: events, valid: events > 0 }]\n    parameters: [fewest]",
      ],
    ]);
  });

  it("does not see the order of columns and descriptions", () => {
    assertSame([
      [
        main,
        "{ day: date, person: string, events: { type: int64, min: 0, max: 100 } }",
        "{ person: string, events: { type: int64, max: 100, min: 0, description: how many }, day: { type: date } }",
      ],
    ]);
  });

  it("does not see whether a window has its present or its former name", () => {
    const [present, former] = ["newest-rows", "last-games"].map((name) =>
      validRunbook(["sums.yml", "previous-days: 7", `${name}: 3`]).processors.map(
        ({ definition }) => definition,
      ),
    );
    assert.deepEqual(present, former);
  });

  const changes: Record<string, Change> = {
    "the step's SQL": ["sql/visit.sql", "count(*) as", "count(person) as"],
    "a string in it": ["sql/visit.sql", "'TOO_FEW'", "'TOO  FEW'"],
    "the population": ["sql/people.sql", "where day", "where id <> '' and day"],
    "a column's type": [main, "events: { type: int64", "events: { type: float64"],
    "a column's bound": [main, "max: 100", "max: 99"],
    "a column": [main, "person: string, events", "person: string, extra: bool, events"],
    "a parameter's value": [main, "value: 2", "value: 3"],
    "the key": [main, "key: [day, person]", "key: [person, day]"],
    "the window of a population's table": [
      main,
      "reads: [raw.events] }",
      "reads: [{ from: raw.events, window: season-to-date }] }",
    ],
    "the window of an edge": [main, "window: same-date", "window: season-to-date"],
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`sees ${name}`, () => {
      assert.notEqual(definition([change]), definition([]));
    });
  }

  const zone: Change = [main, "Europe/Berlin", "Asia/Tokyo"];
  const instants: Record<string, readonly Change[]> = {
    "reads a column of instants": [
      [main, "id: string, day: date, person", "id: string, at: timestamp, day: date, person"],
    ],
    "reads a column that nobody knows": [
      [main, "person: string, amount", "where: opaque(STRUCT(a INTEGER)), person: string, amount"],
    ],
    "writes a column of instants": [
      [main, "person: string, events", "person: string, at: timestamp, events"],
    ],
    "names the type": [["sql/visit.sql", "count(*) as", "count(cast(id as timestamp)) as"]],
    "parses an instant": [["sql/visit.sql", "count(*) as", "count(strptime(id, '%z')) as"]],
    "has a population that does": [["sql/people.sql", "where day", "where to_timestamp(1) > day and day"]],
  };
  for (const [name, changes] of Object.entries(instants)) {
    it(`sees the time zone of a step that ${name}`, () => {
      assert.notEqual(definition([...changes, zone]), definition(changes));
    });
  }

  it("does not see the time zone where no instant is named, nor UTC, which is the usual one", () => {
    assertSame([zone]);
    assertSame([["sql/visit.sql", "select day", "-- a timestamp\nselect day"], zone]);
    assert.doesNotMatch(
      definition([[main, "Europe/Berlin", "UTC"], ...(instants["names the type"] ?? [])]) ?? "",
      /zone/,
    );
  });

  it("sees the contents of a command's files", () => {
    const command: Change = [
      main,
      "{ sql: sql/visit.sql }",
      "{ command: [node, visit.mjs], files: [sql/visit.sql] }",
    ];
    assert.notEqual(
      definition([command, ["sql/visit.sql", "count(*) as", "count(1) as"]]),
      definition([command]),
    );
  });

  it("does not see that a population's table is read on the date itself", () => {
    assertSame([[main, "reads: [raw.events] }", "reads: [{ from: raw.events, window: same-date }] }"]]);
  });

  it("does not see another processor's changes", () => {
    assertSame([["sums.yml", "previous-days: 7", "previous-days: 8"]]);
  });
});

function assertSame(changes: readonly Change[]): void {
  assert.equal(definition(changes), definition([]));
}

function definition(changes: readonly Change[]): string | undefined {
  return validRunbook(...changes).processors.find(({ id }) => id === "VISIT")?.definition;
}
