import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** CPU seconds of this process and of all that it started and saw end; 0 where no system tells. */
export function cpuSeconds(): number {
  const stat = existsSync("/proc/self/stat") ? readFileSync("/proc/self/stat", "utf8") : "";
  // The 14th to 17th field of proc(5): user and system of the process, and of its children, in hundredths of a second.
  const hundredths = (stat.split(") ")[1] ?? "").split(" ").slice(11, 15).map(Number);
  return hundredths.reduce((sum, each) => sum + each, 0) / 100;
}

let before = 0;

/** Writes down, when the tests that were imported so far have run, what the process spent since the last such call. */
export function noteCost(file: string): void {
  const { CASCADE_COSTS: notes = "" } = process.env;
  test(`cost of ${file}`, () => {
    const now = cpuSeconds();
    appendFileSync(notes, `${(now - before).toFixed(1)} ${file}\n`);
    before = now;
  });
}
