import { tupleText } from "../../domain/tuple-text.ts";
import { causeOf, compareDecisions, factsOfGroup, groupAlike, groupTaints } from "../group-judgements.ts";
import { formatCount, formatDates, orderOf, type DateOrder } from "../../domain/format.ts";
import type { PartitionName, ReportModel } from "../model.ts";
import { isAtLeast, type DetailLevel } from "./detail-level.ts";
import { foldSection, renderTable } from "./table.ts";
import { escapeMarkdown, markup, type Markdown } from "../text/markdown-text.ts";

const mostRows = 200;

/** Tainted dates with their cause, grouped by it; at the level of failing periods counts by processor. */
export function renderTainted({ tainted, dates }: ReportModel, level: DetailLevel): Markdown {
  const withCause = isAtLeast(level, "failing-dates");
  const order = orderOf(dates);
  const groups = withCause ? groupTaints(tainted) : groupBy(tainted, ({ processor }) => [processor]);
  const rows = groups.slice(0, mostRows).map((group) => {
    const [first] = group;
    const facts = [first?.processor ?? "", formatCount(group.length), datesOf(group, order)];
    return withCause ? [...facts, causeOf(group)] : facts;
  });
  const columns = [
    { head: "Processor", limit: 40 },
    { head: "Dates", isNumber: true },
    { head: "Which", limit: 140 },
    ...(withCause ? [{ head: "Because", limit: 200 }] : []),
  ];
  return fold("Tainted partitions", { columns, rows, groups: groups.length, of: tainted.length });
}

/** What the gates found, table by table. */
export function renderFindings({ findings, dates: calendar }: ReportModel): Markdown {
  const order = orderOf(calendar);
  const rows = findings
    .slice(0, mostRows)
    .map(({ check, subject, status, dates, detail }) => [
      subject,
      status,
      check,
      formatDates(dates, { order }),
      detail,
    ]);
  const columns = [
    { head: "Table", limit: 80 },
    { head: "Status" },
    { head: "Check" },
    { head: "Dates", limit: 140 },
    { head: "Found", limit: 160 },
  ];
  return fold("Findings of the gates", { columns, rows, groups: findings.length, of: findings.length });
}

/** What triage decided, grouped by processor, rule and facts. */
export function renderDecisions({ decisions, dates }: ReportModel, level: DetailLevel): Markdown {
  if (!isAtLeast(level, "full")) return markup``;
  const order = orderOf(dates);
  const urgent = decisions.toSorted(compareDecisions);
  const groups = groupAlike(urgent);
  const rows = groups.slice(0, mostRows).map((group) => {
    const [first] = group;
    return [
      first?.processor ?? "",
      first?.decision ?? "",
      first?.rule ?? "",
      formatCount(group.length),
      datesOf(group, order),
      factsOfGroup(group),
    ];
  });
  const columns = [
    { head: "Processor", limit: 40 },
    { head: "Decision" },
    { head: "Rule", limit: 60 },
    { head: "Dates", isNumber: true },
    { head: "Which", limit: 140 },
    { head: "By", limit: 400 },
  ];
  return fold("Recovery decisions", { columns, rows, groups: groups.length, of: decisions.length });
}

/** Every waiver and whether it counts. */
export function renderWaivers({ waivers }: ReportModel): Markdown {
  const rows = waivers
    .slice(0, mostRows)
    .map((waiver) => [
      waiver.id,
      waiver.status,
      waiver.processor,
      waiver.extent,
      waiver.expires,
      waiver.approver,
      waiver.why === "" ? waiver.reason : `${waiver.reason} (${waiver.why})`,
    ]);
  const columns = [
    { head: "Waiver", limit: 40 },
    { head: "Status" },
    { head: "Processor", limit: 40 },
    { head: "Extent", limit: 80 },
    { head: "Until" },
    { head: "Approver", limit: 40 },
    { head: "Reason", limit: 160 },
  ];
  return fold("Waivers", { columns, rows, groups: waivers.length, of: waivers.length });
}

function fold(
  title: string,
  table: {
    readonly columns: Parameters<typeof renderTable>[0];
    readonly rows: readonly (readonly string[])[];
    readonly groups: number;
    readonly of: number;
  },
): Markdown {
  const { columns, rows, groups, of } = table;
  if (rows.length === 0) return markup``;
  const rest = groups - rows.length;
  const more = escapeMarkdown(formatCount(rest));
  const note = rest > 0 ? markup`\n\nAnd ${more} more in \`report.html\`.` : markup``;
  return foldSection(title, formatCount(of), markup`${renderTable(columns, rows)}${note}`);
}

function groupBy<Item extends PartitionName>(
  items: readonly Item[],
  keyOf: (item: Item) => readonly string[],
): readonly (readonly Item[])[] {
  return [...Map.groupBy(items, (item) => tupleText(keyOf(item))).values()];
}

function datesOf(group: readonly PartitionName[], order: DateOrder): string {
  return formatDates([...new Set(group.map(({ date }) => date))].toSorted(), { order });
}
