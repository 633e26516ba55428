import { formatCount } from "../../domain/format.ts";
import type { Trust } from "../../domain/trust.ts";
import { escapeHtml, htmlMarkup, joinHtml, type Html } from "../text/html-text.ts";
import { trustByTable, trustText, type TableTrust } from "./summarise-trust.ts";

const mostDates = 2000;

/** What a page of trust says beside what was found. */
export type TrustPage = {
  readonly runbook: string;
  /** When the look began. */
  readonly lookedAt: Date;
  readonly trust: readonly Trust[];
};

/** The newest state of all tables, and every date that is not settled, as one page that asks nobody for anything. */
export function renderTrustPage({ runbook, lookedAt, trust }: TrustPage): Html {
  const tables = trustByTable(trust);
  const open = trust.filter(({ state }) => state !== "settled");
  const title = escapeHtml(`What readers of ${runbook} may rely on`);
  const more =
    open.length > mostDates ? escapeHtml(`${formatCount(open.length - mostDates)} more dates`) : htmlMarkup``;
  return htmlMarkup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}</style>
</head>
<body>
<h1>${title}</h1>
<p>Looked at ${escapeHtml(lookedAt.toISOString())}: ${escapeHtml(trustText(tables))}. What was built since is not in it.</p>
<table>
<thead><tr><th>table</th><th>dates</th><th>state</th><th>newest date</th></tr></thead>
<tbody>
${joinHtml(tables.map(tableRow), "\n")}
</tbody>
</table>
<h2>Dates that are not settled</h2>
<table>
<thead><tr><th>table</th><th>date</th><th>state</th><th>since</th><th>why</th><th>run</th></tr></thead>
<tbody>
${joinHtml(open.slice(0, mostDates).map(dateRow), "\n")}
</tbody>
</table>
<p>${more}</p>
</body>
</html>
`;
}

function tableRow(own: TableTrust): Html {
  return rowOf([
    own.table,
    formatCount(own.dates),
    trustText([own]),
    `${own.newest.date} ${own.newest.state}`,
  ]);
}

function dateRow({ table, date, state, since, why, run }: Trust): Html {
  return rowOf([table, date, state, since, why, run ?? ""]);
}

function rowOf(cells: readonly string[]): Html {
  return htmlMarkup`<tr>${joinHtml(cells.map((cell) => htmlMarkup`<td>${escapeHtml(cell, 500)}</td>`))}</tr>`;
}
