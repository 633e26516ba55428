import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { splitStatements } from "../../src/domain/sql-statement.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { onOneCore } from "../one-core.ts";

/** Names as sources write them, and the one lookup of the player. */
const lookups: Readonly<Record<string, string>> = {
  "Luka Dončić": "lukadoncic",
  "Robert Williams III": "robertwilliams",
  "De'Aaron Fox": "deaaronfox",
  "Williams III, Robert": "robertwilliams",
  "P.J. Tucker": "pjtucker",
  "Nembhard Jr., RJ": "rubennembhard",
  "Ivey-Nance Sr": "iveynance",
  "  Dennis Schröder ": "dennisschroder",
};

describe("the identifiers of the load", () => {
  it("give a player one lookup whatever the spelling", async () => {
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    await using session = await warehouse.session();
    const { load } = await readRunbook("nba-cascade");
    for (const { text } of splitStatements(load?.prelude?.text ?? "")) {
      await session.query({ sql: text, purpose: "define the macros" });
    }
    for (const [name, lookup] of Object.entries(lookups)) {
      const rows = await session.query({
        sql: "select player_lookup_of(first_name_first(@name)) as lookup",
        parameters: { name: { type: "string", value: name } },
        purpose: "look a player up",
      });
      assert.deepEqual(rows, [{ lookup }], name);
    }
  });
});
