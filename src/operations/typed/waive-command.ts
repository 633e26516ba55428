import { ownDates } from "../../plan/calendar/own-days.ts";
import { completeRunbook } from "../../run/complete-runbook.ts";
import { isSeq, parseDocument, type Document } from "yaml";
import type { Waiver } from "../../runbook/waiver.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dayOf, type CalendarDate } from "../../domain/calendar-date.ts";
import { Fault, unreachable } from "../../errors.ts";
import { openGateScope, type ScopeRequest } from "../../gates/gate-scope.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { askGit } from "../../run/ask-git.ts";
import { forEditors } from "../editor-schemas.ts";
import { replaceFile } from "../replace-file.ts";
import { readNamedFindings } from "../named-findings.ts";
import { waiverDigest } from "../../plan/waivers/waiver-digest.ts";
import { readState } from "../../ledger/read-state.ts";
import { namedRunbook, type Paint, type TypedCommand } from "./typed-command.ts";
import { requireDate, type Options } from "./options.ts";
import { waiverRange, waiverRequest, type WaiverRequest } from "./waiver-request.ts";

/** `cascade waive`: accepts a finding until a day, as an entry of waivers.yml to be reviewed and committed. */
export const waiveCommand: TypedCommand = {
  async answer(typing) {
    const { options } = typing;
    const declared = await namedRunbook(typing);
    await using warehouse = await typing.openWarehouse(declared);
    const runbook = await completeRunbook(warehouse, declared);
    const today = dayOf(typing.now(), runbook.timeZone);
    const request = waiverRequest(runbook, options, today);
    const range = waiverRange(runbook, request);
    const state = await readState(warehouse, runbook, range);
    const of = runbook.processors.find(({ id }) => id === request.processor) ?? {};
    refuseOffCalendar(request.dates, ownDates(state.calendar, of));
    await refuseUnfound(warehouse, { runbook, state, range, today, request });
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
    const text = addWaiver(before, waiver);
    await replaceFile(path, before === undefined ? forEditors(path, { kind: "waivers", text }) : text);
    return { exitCode: 0, json: { path, waiver }, text: (paint) => waiverText({ path, waiver, paint }) };
  },
};

function waiverText({
  path,
  waiver,
  paint,
}: {
  readonly path: string;
  readonly waiver: NewWaiver;
  readonly paint: Paint;
}): string {
  const on = waiver.period ?? waiver.dates.join(", ");
  const extent = waiver.finding === undefined ? on : `"${waiver.finding}" on ${on}`;
  return [
    `${paint("good", "Waived")} ${waiver.processor ?? waiver.source} ${extent} until ${waiver.expires} as "${waiver.id}" in ${path}`,
    "It lapses by itself when it expires or when the content that it was accepted for changes. Commit the file: whoever merges it approves it.",
  ].join("\n");
}

/** A finding that no gate finds on one of its dates cannot be accepted: the name would be a guess. */
async function refuseUnfound(
  warehouse: Warehouse,
  asked: Pick<ScopeRequest, "runbook" | "state" | "range" | "today"> & { readonly request: WaiverRequest },
): Promise<void> {
  const { request, ...scope } = asked;
  const { finding, source, processor, dates } = request;
  if (finding === undefined) return;
  const tables =
    source === undefined
      ? { processors: [processor ?? ""], sources: [] }
      : { processors: [], sources: [source] };
  const found = await readNamedFindings(
    warehouse,
    await openGateScope(warehouse, { ...scope, dates, ...tables }),
  );
  const own = found.filter(({ name }) => name === finding);
  const without = dates.find((date) => !own.some((one) => one.date === undefined || one.date === date));
  if (without === undefined) return;
  const names = [
    ...new Set(found.filter(({ date }) => date === undefined || date === without).map(({ name }) => name)),
  ];
  const text = `Cannot waive "${finding}" of ${processor ?? source} on ${without}: gates find nothing of that name there`;
  throw new Fault("waiver-invalid", text, {
    hint:
      names.length === 0
        ? "They find nothing there"
        : `They find ${names.map((name) => `"${name}"`).join(", ")}`,
  });
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
  const name = await askGit(".", ["config", "user.name"]).then(
    (text) => text.trim(),
    () => "",
  );
  if (name !== "") return name;
  throw new Fault("usage", "Cannot waive: nobody is named as approver and git has no user name", {
    hint: "Say who accepts it with --approver",
  });
}

/** A waiver as it is to be written. */
export type NewWaiver = Omit<Waiver, "place">;

/** An id that no waiver has yet: `sales-p4`, `sales-2021-11-05`, with a number where that is taken. */
export function waiverId(waiver: Omit<NewWaiver, "id">, taken: readonly string[]): string {
  const extent = waiver.period ?? waiver.dates[0] ?? "";
  const what = [waiver.processor ?? waiver.source, waiver.finding, extent].filter(
    (part) => part !== undefined,
  );
  const id = what
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");
  const candidates = [id, ...Array.from({ length: taken.length + 1 }, (_, index) => `${id}-${index + 2}`)];
  return candidates.find((candidate) => !taken.includes(candidate)) ?? id;
}

/** The text of waivers.yml with one waiver more; comments and the other entries stay as they are. */
export function addWaiver(text: string | undefined, waiver: NewWaiver): string {
  const document: Document = parseDocument(text === undefined || text.trim() === "" ? "waivers: []\n" : text);
  const list = document.get("waivers");
  if (isSeq(list)) {
    if (list.items.length === 0) list.flow = false;
    list.add(document.createNode(entryOf(waiver)));
  } else document.set("waivers", document.createNode([entryOf(waiver)]));
  return document.toString({ lineWidth: 0 });
}

function entryOf(waiver: NewWaiver): Readonly<Record<string, unknown>> {
  const { id, kind, reason, approver, expires, digest, warehouse } = waiver;
  return { id, kind, ...extentOf(waiver), reason, approver, expires, digest, warehouse };
}

function extentOf(waiver: NewWaiver): Readonly<Record<string, unknown>> {
  const { processor, source, finding, period, dates, entities, maximumRate } = waiver;
  switch (waiver.kind) {
    case "gap":
      return { processor, dates, entities };
    case "budget":
      return { processor, period, "max-rate": maximumRate };
    case "finding":
      return { ...(source === undefined ? { processor } : { source }), finding, dates };
    default:
      return unreachable(waiver.kind);
  }
}
