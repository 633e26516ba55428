// Visitors of the seven days before each date, by channel, and how many of them came on two or more of the days.
// Reads and writes NDJSON where the CASCADE_ variables say; the engine checks and stores what is written.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fewestVisitors = 5;
const dayMs = 86_400_000;
const { CASCADE_INPUT_DIR, CASCADE_OUTPUT, CASCADE_FAILURES, CASCADE_DATES } = process.env;

const sessions = readRows("web_analytics.sessions");
const events = readRows("web_raw.events");
const rows = [];
const failures = [];
for (const date of CASCADE_DATES.split(",")) {
  for (const channel of channelsOf(date)) {
    const cohort = cohortOf(date, channel);
    if (cohort.visitors >= fewestVisitors) rows.push(cohort);
    else failures.push(failureOf(cohort));
  }
}
writeRows(CASCADE_OUTPUT, rows);
writeRows(CASCADE_FAILURES, failures);

/** Channels with an event on the date: the expected rows. */
function channelsOf(date) {
  const channels = events.filter((event) => event.event_date === date).map(({ channel }) => channel);
  return [...new Set(channels)].toSorted((left, right) => (left < right ? -1 : 1));
}

function cohortOf(date, channel) {
  const first = new Date(Date.parse(date) - 7 * dayMs).toISOString().slice(0, 10);
  const days = new Map();
  for (const session of sessions) {
    if (session.channel !== channel || session.event_date < first || session.event_date >= date) continue;
    days.set(session.visitor_id, (days.get(session.visitor_id) ?? 0) + 1);
  }
  const returning = [...days.values()].filter((count) => count >= 2).length;
  return {
    event_date: date,
    channel,
    visitors: days.size,
    returning_visitors: returning,
    return_rate: days.size === 0 ? 0 : Math.round((1000 * returning) / days.size) / 1000,
  };
}

function failureOf({ event_date, channel, visitors }) {
  return {
    event_date,
    channel,
    failure_category: "TOO_FEW_VISITORS",
    failure_reason: `${visitors} of at least ${fewestVisitors} visitors in the seven days before`,
  };
}

function readRows(table) {
  const lines = readFileSync(join(CASCADE_INPUT_DIR, `${table}.ndjson`), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function writeRows(path, written) {
  writeFileSync(path, written.map((row) => `${JSON.stringify(row)}\n`).join(""));
}
