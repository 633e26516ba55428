import type { PageData, PageElement, PageEvent, PagePartition } from "./dom.ts";
import { categoriesAt, pageElement, partitionAt, textElement } from "./page-elements.ts";

/** Lets mouse, touch and arrow keys read the heat map; a click or Enter opens what is behind a cell. */
export function startHeatMap(data: PageData): void {
  const map = pageElement("#heat-map");
  let [row, column] = [0, 0];
  function show(nextRow: number, nextColumn: number): void {
    const partition = partitionAt(data, nextRow, nextColumn);
    if (partition === undefined) return;
    [row, column] = [nextRow, nextColumn];
    moveCursor(data, partition);
    pageElement("#heat-readout").textContent = describePartition(data, partition);
  }
  function pointed(event: PageEvent): readonly [number, number] {
    const box = pageElement("#heat-cells").getBoundingClientRect();
    const x = Math.floor((event.clientX - box.left) / data.cell.width);
    return [Math.floor((event.clientY - box.top) / data.cell.height), x];
  }
  map.addEventListener("mousemove", (event) => show(...pointed(event)));
  map.addEventListener("click", (event) => {
    show(...pointed(event));
    openPartition(data, partitionAt(data, ...pointed(event)));
  });
  map.addEventListener("focus", () => show(row, column));
  map.addEventListener("keydown", (event) => {
    const moves = heatMapMoves(data, row, column);
    const move = moves[event.key];
    if (event.key === "Enter" || event.key === " ") openPartition(data, partitionAt(data, row, column));
    else if (move !== undefined) show(move[0], move[1]);
    else return;
    event.preventDefault();
    pageElement("#heat-cursor").scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

/** Where each key leads from a cell. */
export function heatMapMoves(
  data: PageData,
  row: number,
  column: number,
): Readonly<Record<string, readonly [number, number]>> {
  return {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [row, 0],
    End: [row, data.dates.length - 1],
    PageUp: [0, column],
    PageDown: [data.rows.length - 1, column],
  };
}

/** Counts and categories of a partition as one line. */
export function describePartition(data: PageData, partition: PagePartition): string {
  const { processor, date, status, expected, present, explained, waived, untracked, row, column } = partition;
  const rate = expected === 0 ? "" : ` (${((explained / expected) * 100).toFixed(1)} %)`;
  const counts =
    status === "uncounted"
      ? `${present} present, ${explained} explained; how many are expected is unknown`
      : `${expected} expected = ${present} present + ${explained} explained${rate} + ${waived} waived + ${untracked} untracked`;
  const categories = categoriesAt(data, partition).map(([category, count]) => `${category} ${count}`);
  const taint = data.tainted[`${row} ${column}`];
  const parts = [
    `${processor} ${date}: ${status}`,
    counts,
    categories.join(", "),
    taint === undefined ? "" : `tainted: ${taint}`,
  ];
  return parts.filter((part) => part !== "").join(". ");
}

/** Moves the frame around the chosen cell. */
export function moveCursor(data: PageData, { row, column }: PagePartition): void {
  const cursor = pageElement("#heat-cursor");
  cursor.setAttribute("x", String(column * data.cell.width));
  cursor.setAttribute("y", String(row * data.cell.height));
  cursor.removeAttribute("visibility");
}

/** Shows the entities behind a partition, and how to learn more. */
export function openPartition(data: PageData, partition: PagePartition | undefined): void {
  if (partition === undefined) return;
  const details = pageElement("#partition-details");
  const title = textElement("h3", `${partition.processor} ${partition.date}`);
  const why = textElement("code", `cascade why ${data.runbook} ${partition.processor} ${partition.date}`);
  const hint = textElement("p", "The chain of facts behind it: ");
  hint.append(why);
  const lists = categoriesAt(data, partition).map(([category, count]) =>
    entityList(data, partition, { category, count }),
  );
  const body = lists.length > 0 ? lists : [textElement("p", "No failures are recorded for this partition.")];
  details.replaceChildren(title, textElement("p", describePartition(data, partition)), ...body, hint);
  details.hidden = false;
  details.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}

/** The entities of one category that the report holds, and how many there are in all. */
export function entityList(
  data: PageData,
  { row, column }: PagePartition,
  { category, count }: { readonly category: string; readonly count: number },
): PageElement {
  const known = data.entities[`${row} ${column} ${category}`] ?? [];
  const block = textElement("div", "");
  const note = known.length < count ? `, ${known.length} of them here` : "";
  const list = textElement("ul", "");
  for (const [entity, reason] of known) {
    const item = textElement("li", "");
    item.append(textElement("b", entity), reason === "" ? "" : ` ${reason}`);
    list.append(item);
  }
  block.append(textElement("h4", `${category}: ${count}${note}`), list);
  return block;
}
