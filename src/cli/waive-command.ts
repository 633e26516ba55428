import { escapeJson } from "../report/text/terminal-text.ts";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { dayOf, type CalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import { waiverDigest } from "../plan/waivers/waiver-digest.ts";
import { readState } from "../ledger/read-state.ts";
import { runbookOf, type Command } from "./command.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { requireDate, type Options } from "./options.ts";
import { paint } from "./terminal.ts";
import { addWaiver, waiverId, type NewWaiver } from "./waiver-entry.ts";
import { waiverRange, waiverRequest } from "./waiver-request.ts";

/** `cascade waive`: accepts a finding until a day, as an entry of waivers.yml to be reviewed and committed. */
export const waiveCommand: Command = {
  summary: "accept a gap or a budget until a day, in waivers.yml",
  usage: [
    "cascade waive [runbook] --processor P --period ID --max-rate 0.18 --reason TEXT --expires D [--approver NAME]",
    "cascade waive [runbook] --processor P --dates D,D [--entity A,B] --reason TEXT --expires D [--approver NAME]",
  ].join("\n"),
  async run(context) {
    const { options, terminal, effects } = context;
    const runbook = await runbookOf(context);
    await using warehouse = await openWarehouse(effects, {
      address: options.warehouse,
      mode: "read",
      runbook,
    });
    const today = dayOf(effects.now(), runbook.timeZone);
    const request = waiverRequest(runbook, options, today);
    const state = await readState(warehouse, runbook, waiverRange(runbook, request));
    refuseOffCalendar(request.dates, new Set(state.calendar.map(({ date }) => date)));
    const extent = {
      ...request,
      reason: requireText(options, "reason"),
      approver: options.text("approver") ?? (await gitUser()),
      expires: requireExpiry(options, today),
      digest: waiverDigest(runbook, state, request),
      warehouse: warehouse.hashTag,
    };
    const taken = runbook.waivers.map(({ id }) => id);
    const waiver: NewWaiver = { id: waiverId(extent, taken), ...extent };
    const path = join(runbook.folder, "waivers.yml");
    const before = await readFile(path, "utf8").catch(() => undefined);
    await writeFile(path, addWaiver(before, waiver));
    if (options.json) terminal.out(escapeJson(JSON.stringify({ path, waiver }, undefined, 2)));
    else terminal.out(waiverText(path, waiver));
    return 0;
  },
};

function waiverText(path: string, waiver: NewWaiver): string {
  const extent = waiver.period ?? waiver.dates.join(", ");
  return [
    `${paint("good", "Waived")} ${waiver.processor} ${extent} until ${waiver.expires} as "${waiver.id}" in ${path}`,
    "It lapses by itself when it expires or when the upstream content changes. Commit the file: whoever merges it approves it.",
  ].join("\n");
}

function refuseOffCalendar(dates: readonly CalendarDate[], calendar: ReadonlySet<string>): void {
  const unknown = dates.find((date) => !calendar.has(date));
  if (unknown === undefined) return;
  throw new Fault("waiver-invalid", `Cannot waive ${unknown}: the calendar has nothing there`, {
    hint: "Name dates of the calendar; `cascade gaps` lists those that are missing",
  });
}

function requireExpiry(options: Options, today: CalendarDate): CalendarDate {
  const expires = requireDate("--expires", requireText(options, "expires"));
  if (expires >= today) return expires;
  throw new Fault("waiver-invalid", `Cannot waive until ${expires}: that is before today, ${today}`, {
    hint: "Give the last day on which it is to hold with --expires",
  });
}

function requireText(options: Options, name: "reason" | "expires"): string {
  const text = options.text(name)?.trim() ?? "";
  if (text !== "") return text;
  throw new Fault("usage", `Cannot waive: expected --${name}, found none`, {
    hint: name === "reason" ? "Say why it is accepted" : "Give the last day on which it is to hold",
  });
}

async function gitUser(): Promise<string> {
  const name = await promisify(execFile)("git", ["config", "user.name"]).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  if (name !== "") return name;
  throw new Fault("usage", "Cannot waive: nobody is named as approver and git has no user name", {
    hint: "Say who accepts it with --approver",
  });
}
