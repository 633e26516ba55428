import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { startOf } from "../domain/every.ts";
import { formatLines } from "../domain/format.ts";
import { trustStates, type Trust, type TrustState } from "../domain/trust.ts";
import { Fault } from "../errors.ts";
import { lookAtTrust, rememberTrust } from "../operations/look-at-trust.ts";
import { replaceFile } from "../operations/replace-file.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { everyOf } from "../plan/calendar/own-days.ts";
import { renderBadge } from "../report/trust/render-badge.ts";
import { renderTrustPage } from "../report/trust/render-trust-page.ts";
import { trustByTable, trustText } from "../report/trust/summarise-trust.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import { nearestName } from "../runbook/nearest.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { openToRead, type Command, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { jsonText, paintState } from "./terminal.ts";

const mostLines = 20;

/**
 * `cascade trust`: what readers may rely on, by checks that it makes now. Exit 1 where `--require` asks for other states
 * than were found. Faults: usage, unknown-name, date-outside-calendar.
 */
export const trustCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const asked = readArguments(context);
    const declared = await readRunbook(asked.runbook);
    const table = asked.table === undefined ? undefined : requireTable(declared, asked.table);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const selection = selectionOf(runbook, options);
    const lookedAt = context.effects.now();
    const look = await lookAtTrust(warehouse, { runbook, selection, lookedAt });
    const found = look.found.filter((one) => table === undefined || one.table === table);
    refuseNothing(context, { runbook, found, table });
    const trust = await rememberTrust(warehouse, runbook, { found, lookedAt });
    await writeFiles(context, { runbook, trust, lookedAt, table });
    const unmet = trust.filter(({ state }) => asked.required?.includes(state) === false);
    const summary = trustByTable(trust);
    const json = {
      runbook: runbook.name,
      lookedAt: lookedAt.toISOString(),
      unmet: unmet.length,
      dates: trust,
    };
    terminal.out(options.json ? jsonText(json) : trustLines(summary, trust, unmet));
    return unmet.length === 0 ? 0 : 1;
  },
};

type Asked = {
  readonly runbook: string;
  /** Undefined of all. */
  readonly table: string | undefined;
  readonly required: readonly TrustState[] | undefined;
};

function readArguments({ options }: CommandContext): Asked {
  const { positionals } = options;
  const isAll = options.flag("all") === true;
  const most = isAll ? 1 : 2;
  if (positionals.length > most || (!isAll && positionals.length === 0)) {
    throw new Fault(
      "usage",
      "Cannot tell what to look at: expected a table, or --all for those of a runbook",
      {
        hint: "Type for example `cascade trust shop_marts.revenue`, or `cascade trust --all`",
      },
    );
  }
  const table = isAll ? undefined : positionals.at(-1);
  const runbook = (positionals.length === most ? positionals[0] : undefined) ?? defaultRunbook;
  return { runbook, table, required: requiredStates(options.text("require")) };
}

function requiredStates(text: string | undefined): readonly TrustState[] | undefined {
  return text?.split(",").map((word) => {
    const state = trustStates.find((known) => known === word.trim());
    if (state !== undefined) return state;
    throw new Fault("usage", `Cannot read --require: there is no state "${word}"`, {
      hint: `Name some of ${trustStates.join(", ")}`,
    });
  });
}

/** The table that a name means: its own name, or the id of the processor that builds it. */
function requireTable({ name: runbook, sources, processors }: Runbook, name: string): string {
  const names = [
    ...processors.flatMap(({ id, table }) => [[table, table] as const, [id, table] as const]),
    ...sources.map(({ table }) => [table, table] as const),
  ];
  const known = names.find(([own]) => own.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known[1];
  const nearest = nearestName(
    name,
    names.map(([own]) => own),
  );
  const tables = processors.map(({ table }) => table).join(", ");
  throw new Fault("unknown-name", `Cannot look at "${name}": the runbook "${runbook}" has no such table`, {
    hint: nearest === undefined ? `It has ${tables}` : `Did you mean "${nearest}"?`,
  });
}

type Found = { readonly runbook: Runbook; readonly table: string | undefined };

/** Stops where a date was asked for of which nothing is known: nothing that was looked at is no trust. */
function refuseNothing(
  { options }: CommandContext,
  { runbook, found, table }: Found & { readonly found: readonly { readonly date: string }[] },
): void {
  const every = everyOf(runbook.processors.find((processor) => processor.table === table) ?? {});
  const dates = new Set(found.map(({ date }) => date));
  const unknown = options.dates?.find((date) => !dates.has(startOf(every, date)) && !dates.has(date));
  if (unknown === undefined && dates.size > 0) return;
  const place = table ?? runbook.name;
  const what = unknown ?? "any date that was asked for";
  throw new Fault(
    "date-outside-calendar",
    `Cannot tell whether readers may rely on ${place}: ${what} is none of its dates`,
    {
      hint: "`cascade status` shows the dates that there are",
    },
  );
}

async function writeFiles(
  { options, terminal }: CommandContext,
  { runbook, table, trust, lookedAt }: Found & { readonly trust: readonly Trust[]; readonly lookedAt: Date },
): Promise<void> {
  const badge = renderBadge(table ?? runbook.name, trustByTable(trust));
  const page = renderTrustPage({ runbook: runbook.name, lookedAt, trust });
  const files = [
    [options.text("badge"), badge],
    [options.text("page"), page],
  ] as const;
  for (const [path, text] of files) {
    if (path === undefined) continue;
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, text);
    terminal.note(path);
  }
}

function trustLines(
  tables: ReturnType<typeof trustByTable>,
  trust: readonly Trust[],
  unmet: readonly Trust[],
): string {
  const heads = tables.map((own) => {
    const tone = own.counts.every(([state]) => state === "settled") ? "good" : "careful";
    return `${own.table}: ${paintState(tone, trustText([own]))}, of ${own.dates} dates; newest ${own.newest.date}`;
  });
  const shown = unmet.length > 0 ? unmet : trust.filter(({ state }) => state !== "settled");
  const lines = shown.map(({ table, date, state, since, why, run }) => {
    const by = run === undefined ? "" : `, run ${run}`;
    return `${table} ${date} ${paintState(state === "waived" ? "careful" : "bad", state)} since ${since}${by}: ${why}`;
  });
  return [...heads, ...formatLines(lines, { limit: mostLines, where: "all with --json" })].join("\n");
}
