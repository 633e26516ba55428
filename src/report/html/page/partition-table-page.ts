import type { PageData, PageDocument, PageElement, PagePartition } from "./dom.ts";
import { openPartition } from "./heat-map-page.ts";
import { categoriesAt, pageElement, partitionAt, textElement } from "./page-elements.ts";

declare const document: PageDocument;

/** The table of every partition: filtered by text, processor and status, sorted by any column, 100 rows at a time. */
export function startPartitionTable(data: PageData): void {
  const pageSize = 100;
  let [shown, sortedBy, direction] = [pageSize, "date", 1];
  const all = allPartitions(data);
  function render(): void {
    const rows = sortPartitions(all.filter(partitionFilter(data)), sortedBy, direction);
    const body = rows.slice(0, shown).map((partition) => partitionRow(data, partition));
    pageElement("#partition-rows").replaceChildren(...body);
    pageElement("#partition-count").textContent =
      `${Math.min(shown, rows.length)} of ${rows.length} partitions (${all.length} in all)`;
    pageElement("#partition-more").hidden = rows.length <= shown;
    for (const head of document.querySelectorAll("[data-sort]")) markSorted(head, sortedBy, direction);
  }
  for (const id of ["#filter-text", "#filter-processor", "#filter-status", "#filter-bad"]) {
    pageElement(id).addEventListener("input", () => {
      shown = pageSize;
      render();
    });
  }
  for (const head of document.querySelectorAll("[data-sort]")) {
    head.addEventListener("click", () => {
      const key = head.getAttribute("data-sort") ?? "date";
      direction = key === sortedBy ? -direction : 1;
      sortedBy = key;
      render();
    });
  }
  pageElement("#partition-more").addEventListener("click", () => {
    shown += pageSize;
    render();
  });
  render();
}

/** Every partition of the data, a processor after the other. */
export function allPartitions(data: PageData): readonly PagePartition[] {
  return data.rows.flatMap((_, row) =>
    data.dates.flatMap((__, column) => {
      const partition = partitionAt(data, row, column);
      return partition === undefined || partition.status === "none" ? [] : [partition];
    }),
  );
}

/** Whether a partition passes what the reader has typed and chosen. */
export function partitionFilter(data: PageData): (partition: PagePartition) => boolean {
  const text = pageElement("#filter-text").value.trim().toLowerCase();
  const processor = pageElement("#filter-processor").value;
  const status = pageElement("#filter-status").value;
  const onlyBad = pageElement("#filter-bad").checked;
  return (partition) => {
    if (processor !== "" && String(partition.row) !== processor) return false;
    if (status !== "" && partition.status !== status) return false;
    if (onlyBad && !partition.isBad) return false;
    if (text === "") return true;
    const categories = categoriesAt(data, partition).map(([category]) => category);
    const words = [partition.processor, partition.date, partition.status, ...categories].join(" ");
    return words.toLowerCase().includes(text);
  };
}

/** Partitions by one column; ties stay in the order of processors and dates. */
export function sortPartitions(
  partitions: readonly PagePartition[],
  key: string,
  direction: number,
): readonly PagePartition[] {
  function valueOf(partition: PagePartition): string | number {
    if (key === "rate") return partition.expected === 0 ? -1 : partition.explained / partition.expected;
    if (key === "processor") return partition.row;
    const value = Object.entries(partition).find(([name]) => name === key);
    return value === undefined ? 0 : (value[1] as string | number);
  }
  return partitions
    .map((partition) => ({ partition, value: valueOf(partition) }))
    .toSorted((left, right) =>
      left.value < right.value ? -direction : left.value > right.value ? direction : 0,
    )
    .map(({ partition }) => partition);
}

/** One row of the table; its date opens the entities. */
export function partitionRow(data: PageData, partition: PagePartition): PageElement {
  const line = textElement("tr", "");
  const open = textElement("button", partition.date);
  open.setAttribute("type", "button");
  open.setAttribute("class", "link");
  open.addEventListener("click", () => openPartition(data, partition));
  const date = textElement("td", "");
  date.append(open);
  const rate =
    partition.expected === 0 ? "" : `${((partition.explained / partition.expected) * 100).toFixed(1)} %`;
  const categories = categoriesAt(data, partition).map(([category, count]) => `${category} ${count}`);
  const status = textElement("td", partition.status);
  status.setAttribute("class", partition.isBad ? "bad" : "fine");
  const { expected, present, explained, waived, untracked } = partition;
  const due = partition.status === "uncounted" ? "unknown" : String(expected);
  const numbers = [due, ...[present, explained, waived, untracked].map(String), rate];
  const cells = numbers.map((text) => {
    const cell = textElement("td", text);
    cell.setAttribute("class", "number");
    return cell;
  });
  line.append(
    textElement("td", partition.processor),
    status,
    date,
    ...cells,
    textElement("td", categories.join(", ")),
  );
  return line;
}

/** Tells readers and screen readers by which column the table is sorted. */
export function markSorted(head: PageElement, sortedBy: string, direction: number): void {
  const isSorted = head.getAttribute("data-sort") === sortedBy;
  head.setAttribute(
    "aria-label",
    `${head.getAttribute("data-title") ?? ""}${isSorted ? (direction > 0 ? ", ascending" : ", descending") : ""}`,
  );
  head.setAttribute("data-direction", isSorted ? (direction > 0 ? "ascending" : "descending") : "none");
}
