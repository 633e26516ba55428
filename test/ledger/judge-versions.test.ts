import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import {
  judgeVersions,
  partitionsOf,
  rememberedVersions,
  signatureOf,
  type KnownVersion,
  type PartitionMetadata,
  type PartitionRow,
} from "../../src/ledger/judge-versions.ts";
import type { RowContent } from "../../src/plan/plan.ts";

const dates = ["2024-01-01", "2024-01-02", "2024-01-03"] as CalendarDate[];
const range = { from: "2024-01-01" as CalendarDate, to: "2024-01-03" as CalendarDate };
const hashTag = "tag";

/** Something that happens to a partition: a removal moves the rows and not the time, as BigQuery allows. */
type Happening = {
  readonly kind: "insert" | "update" | "remove" | "rewrite";
  readonly at: number;
  readonly value: number;
};

const happenings = fc.array(
  fc.record({
    kind: fc.constantFrom("insert", "update", "remove", "rewrite"),
    at: fc.nat(2),
    value: fc.nat(3),
  }),
  { maxLength: 3 },
);
/** Looks at a table: what happened before, and between its metadata and its hash; another tag forgets all. */
const looks = fc.array(
  fc.record({ before: happenings, between: happenings, tag: fc.constantFrom(hashTag, hashTag, "other") }),
  { minLength: 1, maxLength: 8 },
);

/** A table as a warehouse keeps it: values by date, and when each partition was last written. */
class Table {
  readonly #rows = new Map<CalendarDate, readonly number[]>(dates.map((date) => [date, []]));
  readonly #times = new Map<CalendarDate, number>();
  #now = 0;

  happen({ kind, at, value }: Happening): void {
    const date = dates[at] ?? range.from;
    const rows = this.#rows.get(date) ?? [];
    this.#now += 1;
    if (kind === "remove") this.#rows.set(date, rows.slice(1));
    else {
      const kept = { insert: rows, update: rows.slice(1), rewrite: [] }[kind];
      if (kind === "update" && rows.length === 0) return;
      this.#rows.set(date, [...kept, value]);
      this.#times.set(date, this.#now);
    }
  }

  facts(): ReadonlyMap<CalendarDate, PartitionMetadata> {
    const written = dates.filter((date) => this.#times.has(date));
    return new Map(
      written.map((date) => [
        date,
        { rows: this.#rows.get(date)?.length ?? 0, lastModified: this.#times.get(date) ?? 0 },
      ]),
    );
  }

  contents(of: readonly CalendarDate[] = dates): ReadonlyMap<CalendarDate, RowContent> {
    return new Map(
      of.flatMap((date) => {
        const rows = (this.#rows.get(date) ?? []).toSorted((left, right) => left - right);
        return rows.length === 0 ? [] : [[date, { rows: rows.length, version: rows.join(" ") }] as const];
      }),
    );
  }
}

describe("judgeVersions()", () => {
  it("never keeps a version that the partition did not have when the metadata was told, whatever happens in between", () => {
    fc.assert(
      fc.property(looks, (story) => {
        const table = new Table();
        const known = new Map<CalendarDate, KnownVersion>();
        for (const { before, between, tag } of story) {
          for (const happening of before) table.happen(happening);
          const partitions = table.facts();
          const truth = table.contents();
          const { kept, hash } = judgeVersions({ partitions, known, hashTag: tag, range });
          assert.ok(hash !== "window");
          for (const [date, content] of kept) assert.deepEqual(content, truth.get(date));
          const rest = [...truth.keys()].filter((date) => !kept.has(date));
          assert.deepEqual(hash, rest, "every other date with rows is hashed");
          for (const happening of between) table.happen(happening);
          const remembered = rememberedVersions(table.contents(hash), { partitions, hashTag: tag });
          for (const [date, version] of remembered) known.set(date, version);
        }
      }),
    );
  });

  it("hashes nothing the second time, and exactly what happened the third", () => {
    fc.assert(
      fc.property(happenings, fc.nat(2), (story, at) => {
        const table = new Table();
        for (const happening of story) table.happen(happening);
        const partitions = table.facts();
        const all = judgeVersions({ partitions, known: undefined, hashTag, range });
        const known = rememberedVersions(table.contents(), { partitions, hashTag });
        assert.deepEqual(all.hash, [...table.contents().keys()]);
        const again = judgeVersions({ partitions: table.facts(), known, hashTag, range });
        assert.deepEqual(again, { kept: table.contents(), hash: [] });
        table.happen({ kind: "rewrite", at, value: 9 });
        assert.deepEqual(judgeVersions({ partitions: table.facts(), known, hashTag, range }).hash, [
          dates[at],
        ]);
      }),
    );
  });

  it("keeps to the range, and hashes all of it without metadata", () => {
    const facts = { rows: 1, lastModified: 1 };
    const partitions = new Map(dates.map((date) => [date, facts]));
    const first = { from: range.from, to: range.from };
    assert.deepEqual(judgeVersions({ partitions, known: undefined, hashTag, range: first }).hash, [
      range.from,
    ]);
    const blind = judgeVersions({ partitions: undefined, known: new Map(), hashTag, range });
    assert.deepEqual(blind, { kept: new Map(), hash: "window" });
  });
});

function partition(id: string | undefined, rows = 2, time = 7): PartitionRow {
  return {
    partition_id: id,
    total_rows: rows,
    last_modified: time,
    partition_column: undefined,
    keeps_deleted: false,
  };
}

function column(name: string): PartitionRow {
  return { ...partition(undefined), total_rows: undefined, last_modified: undefined, partition_column: name };
}

/** What is told of a table with fine-grained mutations: its metadata may count rows that were deleted. */
const keepsDeleted: PartitionRow = {
  ...partition(undefined),
  total_rows: undefined,
  last_modified: undefined,
  keeps_deleted: true,
};

describe("partitionsOf()", () => {
  it("reads daily partitions of the date column, and leaves out rows without a date", () => {
    const rows = [column("day"), partition("20240102"), partition("__NULL__")];
    assert.deepEqual(partitionsOf(rows, "day"), new Map([["2024-01-02", { rows: 2, lastModified: 7 }]]));
    assert.deepEqual(partitionsOf([column("day")], "day"), new Map(), "a table without rows");
  });

  it("tells nothing of views, of tables partitioned otherwise, of the streaming buffer and of what has no number", () => {
    const untold: Record<string, readonly PartitionRow[]> = {
      view: [],
      "not partitioned": [partition(undefined)],
      "by another column": [column("loaded"), partition("20240102")],
      "by month": [column("day"), partition("202401")],
      "by hour": [column("day"), partition("2024010203")],
      "no day": [column("day"), partition("20240231")],
      streaming: [column("day"), partition("20240102"), partition("__UNPARTITIONED__", 0)],
      twice: [column("day"), partition("20240102"), partition("20240102")],
      "no count": [column("day"), { ...partition("20240102"), total_rows: undefined }],
      "deleted rows count": [column("day"), partition("20240102"), keepsDeleted],
      "no time": [column("day"), { ...partition("20240102"), last_modified: undefined }],
    };
    for (const [name, rows] of Object.entries(untold))
      assert.equal(partitionsOf(rows, "day"), undefined, name);
  });
});

describe("signatureOf()", () => {
  it("changes with rows and times, and is there for a table of one partition", () => {
    assert.equal(signatureOf([column("day"), partition("20240101", 1, 5), partition("202402", 2, 9)]), "3 9");
    assert.equal(signatureOf([partition(undefined, 4, 6)]), "4 6");
    assert.equal(signatureOf([]), undefined);
    assert.equal(signatureOf([column("day")]), undefined);
    assert.equal(signatureOf([partition("20240101"), partition("__UNPARTITIONED__")]), undefined);
    assert.equal(signatureOf([partition("20240101"), keepsDeleted]), undefined);
    assert.equal(signatureOf([{ ...partition("20240101"), total_rows: undefined }]), undefined);
  });
});
