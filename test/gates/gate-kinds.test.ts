import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { exitCodeOf } from "../../src/domain/verdict.ts";
import type { GateAnswers } from "../../src/gates/gate-answers.ts";
import { explainAnswers, findingsIn, gateDescriptions } from "../../src/gates/gate-descriptions.ts";
import { buildModel } from "../../src/report/build-model.ts";
import type { ReportFacts } from "../../src/report/facts.ts";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { renderJson } from "../../src/report/render-json.ts";
import { renderTerminal } from "../../src/report/terminal/render-terminal.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import { gateTraits } from "../../src/runbook/gate-traits.ts";
import { jsonSchema } from "../../src/runbook/schema/json-schemas.ts";
import { gateKinds, type Gate, type GateKind } from "../../src/runbook/runbook.ts";
import { cascade, copyShop } from "../cli/cascade.ts";
import { openShop } from "../run/shop.ts";
import { reportFacts } from "../report/small-report.ts";

const root = join(import.meta.dirname, "../..");
const place = { file: "runbook.yml", line: 1, column: 1 };

/** The facts of a report in which all is well, on a runbook with a gate of every kind. */
function soundFacts(): ReportFacts & { readonly gates: GateAnswers } {
  const facts = reportFacts();
  const gates = gateKinds.map((kind): Gate => {
    const head = { id: kind, kind, after: [], processors: ["P1"], blocking: true, strict: false, place };
    return gateTraits[kind].needsMaximumAge ? { ...head, maximumAge: 1 } : head;
  });
  return {
    ...facts,
    runbook: { ...facts.runbook, gates },
    gates: { ...facts.gates, freshness: [fresh] } as GateAnswers,
  };
}

const table = "raw.first" as GateAnswers["contract"][number]["table"];
const date = "2024-01-04" as GateAnswers["gaps"]["gaps"]["tables"][number]["missing"][number];
const head = { table, phase: 2, processor: undefined };
const fresh: GateAnswers["freshness"][number] = {
  ...head,
  status: "fresh",
  due: date,
  newest: date,
  age: 0,
  maximumAge: 1,
  missing: [],
  accepted: [],
  changedAt: undefined,
  message: undefined,
};

/** For every kind an answer that it objects to, and one in which a question had none. */
const answers: {
  readonly [Kind in GateKind]: (sound: GateAnswers) => {
    readonly objecting: Partial<GateAnswers>;
    readonly unanswered: Partial<GateAnswers>;
  };
} = {
  gaps: ({ gaps }) => {
    const lists = {
      missing: [],
      low: [],
      thin: [],
      volume: "warn",
      accepted: [],
      notExpected: [],
      offCalendar: [],
    } as const;
    const missing = { ...head, ...lists, status: "missing", missing: [date], message: undefined } as const;
    const failed = { ...head, ...lists, status: "check-failed", message: "no answer" } as const;
    return {
      objecting: { gaps: { ...gaps, gaps: { expectedDates: 1, tables: [missing] } } },
      unanswered: { gaps: { ...gaps, gaps: { expectedDates: 1, tables: [failed] } } },
    };
  },
  contamination: () => {
    const dirty = { ...head, status: "contaminated", fields: [], messages: [] } as const;
    const failed = { ...head, status: "check-failed", fields: [], messages: ["no answer"] } as const;
    return {
      objecting: { contamination: { tables: [dirty], taints: [] } },
      unanswered: { contamination: { tables: [failed], taints: [] } },
    };
  },
  coverage: ({ coverage }) => {
    const rows = coverage.rows.map((row, index) => (index === 0 ? { ...row, phantom: 1 } : row));
    const failed = [{ processor: "P1", message: "no answer" }];
    return {
      objecting: { coverage: { ...coverage, rows } },
      unanswered: { coverage: { ...coverage, failed } },
    };
  },
  budget: ({ budget, coverage }) => {
    const verdicts = budget.verdicts.map((verdict, index) =>
      index === 0 ? { ...verdict, verdict: "exceeded" as const } : verdict,
    );
    const failed = [{ processor: "P1", message: "no answer" }];
    return {
      objecting: { budget: { ...budget, verdicts } },
      unanswered: { coverage: { ...coverage, failed } },
    };
  },
  contract: () => {
    const violation = {
      of: "rows" as const,
      check: "the key stands twice",
      date,
      occurrences: 1,
      example: "a",
      level: "block" as const,
    };
    const broken = { ...head, status: "violated", violations: [violation], messages: [] } as const;
    const failed = { ...head, status: "check-failed", violations: [], messages: ["no answer"] } as const;
    return { objecting: { contract: [broken] }, unanswered: { contract: [failed] } };
  },
  freshness: () => ({
    objecting: {
      freshness: [{ ...fresh, status: "late", newest: undefined, age: undefined, missing: [date] }],
    },
    unanswered: { freshness: [{ ...fresh, status: "check-failed", message: "no answer" }] },
  }),
};

/** A gate of every kind that the shop of the tests lacks, none of which holds anything. */
function withEveryKind(text: string): string {
  const gates = gateKinds.map((kind) => {
    const limit = gateTraits[kind].needsMaximumAge ? "maximum-age: 1, " : "";
    return `  - { id: every-${kind}, kind: ${kind}, after: [SCORE], processors: [DAY, SCORE], ${limit}blocking: false, strict: false }\n`;
  });
  return text.replace("\ngates:\n", `\ngates:\n${gates.join("")}`);
}

describe("a kind of gate", () => {
  let folder = "";
  let shop = "";
  let january: readonly string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-kinds-"));
    shop = await copyShop(join(folder, "shop"), { "runbook.yml": withEveryKind });
    const path = join(folder, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31", "--warehouse", `duckdb:${path}`];
  });
  after(() => rm(folder, { recursive: true }));

  it("is asked in a report whose runbook has a gate of it", () => {
    const { checks } = buildModel(soundFacts());
    assert.deepEqual(
      checks.map(({ kind, state }) => `${kind} ${state}`),
      gateKinds.map((kind) => `${kind} passed`),
    );
  });

  for (const kind of gateKinds) {
    const sound = soundFacts();
    const { objecting, unanswered } = answers[kind](sound.gates);
    const model = buildModel({ ...sound, gates: { ...sound.gates, ...objecting } });
    const lost = buildModel({ ...sound, gates: { ...sound.gates, ...unanswered } });

    it(`has no headline "Passed" on its finding: ${kind}`, () => {
      assert.equal(model.checks.find((check) => check.kind === kind)?.state, "findings");
      const verdict = verdictOf(model);
      assert.deepEqual([verdict.level, verdict.exitCode], ["action", 1]);
      assert.doesNotMatch(verdict.word, /passed|nothing/i);
    });

    it(`is in the Markdown, the page and the JSON of a report: ${kind}`, () => {
      const { detail } = model.checks.find((check) => check.kind === kind) ?? { detail: "?" };
      assert.ok(renderMarkdown(model).includes(kind));
      assert.ok(renderHtml(model).includes(kind));
      assert.ok(renderJson(model).includes(detail));
    });

    it(`is told on the terminal by the verdict and the line of its finding: ${kind}`, () => {
      const text = renderTerminal(model, { width: 200, paint: (_, plain) => plain });
      const { word, text: why } = verdictOf(model);
      assert.ok(text.startsWith(`${word}: `), text);
      assert.ok(text.split("\n")[0]?.includes(why), text);
    });

    it(`is linted by what it fails, and its command prints its JSON as typed: ${kind}`, async () => {
      const linted = await cascade(["lint", shop, "--json"]);
      const isContradicted = linted.stdout.includes(`every-${kind}\\" fails`);
      assert.equal(isContradicted, gateTraits[kind].fails.always.length > 0, linted.stdout);
      const printed = await cascade([gateTraits[kind].command, shop, ...january, "--json"]);
      assert.ok(printed.code === 0 || printed.code === 1, printed.stderr);
      const keys = Object.keys(JSON.parse(printed.stdout) as object);
      assert.deepEqual(keys, Object.keys(jsonOf(kind, sound.gates)));
    });

    it(`is shown by its command, which tells and fails on its finding, and on having no answer: ${kind}`, () => {
      const [good, bad, none] = [{}, objecting, unanswered].map((found) =>
        viewOf(gateTraits[kind].command, { ...sound, gates: { ...sound.gates, ...found } }),
      );
      assert.deepEqual([good?.code, bad?.code, none?.code], [0, 1, 3]);
      assert.notEqual(bad?.text, good?.text);
      assert.match(none?.text ?? "", /check-failed/);
    });

    it(`is no pass without an answer, and the advice asks it again by a command that is there: ${kind}`, async () => {
      assert.equal(verdictOf(lost).exitCode, 3);
      assert.ok(findingsIn(unanswered).some(({ status }) => status === "check-failed"));
      const { command } = gateTraits[kind];
      assert.ok(lost.commands.some((next) => next.command.startsWith(`cascade ${command} `)));
      const help = await cascade([command, "--help"]);
      assert.equal(help.code, 0);
      assert.match(help.stdout, new RegExp(`^cascade ${command} `));
    });

    it(`prints JSON and stands in the schema and the documents: ${kind}`, () => {
      const { gates } = sound;
      assert.equal(typeof jsonOf(kind, gates), "object");
      assert.ok(JSON.stringify(jsonSchema("runbook")).includes(`"${kind}"`));
      const { command } = gateTraits[kind];
      assert.ok(readFileSync(join(root, "docs/json.md"), "utf8").includes(`## \`${command}\``));
      assert.ok(readFileSync(join(root, "docs/commands.md"), "utf8").includes(`| \`${command}\``));
      assert.match(
        readFileSync(join(root, "runbooks/README.md"), "utf8"),
        new RegExp(`^gates: .*${kind}`, "m"),
      );
    });
  }
});

function jsonOf<Kind extends GateKind>(kind: Kind, gates: Readonly<Record<Kind, GateAnswers[Kind]>>): object {
  return gateDescriptions[kind].json(gates[kind], {});
}

/** What the command of a name shows of the answers of a report, and how it ends. */
function viewOf(
  name: string,
  { gates, runbook }: ReturnType<typeof soundFacts>,
): { readonly text: string; readonly code: number } {
  const explained = explainAnswers(gates).find(({ kind }) => kind === name);
  assert.ok(explained, name);
  const invocation = { prefix: "cascade" };
  const { text, problems } = explained.view({ runbook, invocation, isStrict: true, answers: gates });
  const pen = { paint: (tone: string, plain: string) => `${tone} ${plain}`, table: JSON.stringify };
  return { text: text(pen), code: exitCodeOf(problems) };
}
