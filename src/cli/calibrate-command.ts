import { completeRunbook } from "../run/complete-runbook.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../domain/format.ts";
import { calibrate, type Calibration } from "../operations/calibrate/calibrate.ts";
import { replaceFile } from "../operations/replace-file.ts";
import { formatTable } from "../report/terminal/fit-table.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { runbookOf, type Command, openToRead } from "./command.ts";
import { openGates } from "./open-gates.ts";
import { paint } from "./terminal.ts";

/** `cascade calibrate`: bounds and expected ranges from settled dates, as a patch to review; `--write` applies it. */
export const calibrateCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openToRead(context, declared);
    const runbook = await completeRunbook(warehouse, declared);
    const scope = await openGates(warehouse, context, runbook);
    const found = await calibrate(warehouse, scope, (file) => readFile(join(runbook.folder, file), "utf8"));
    const isWritten = options.flag("write") ?? false;
    if (isWritten) {
      for (const [file, text] of found.files) await replaceFile(join(runbook.folder, file), text);
    }
    const json = JSON.stringify(calibrationJson(found, isWritten), undefined, 2);
    terminal.out(options.json ? escapeJson(json) : calibrationText(found, isWritten));
    return 0;
  },
};

function calibrationJson({ dates, proposals, patch, leftOut }: Calibration, isWritten: boolean): object {
  return {
    dates,
    proposals: proposals.map(({ subject, key, old, now, dates: behind, file }) => {
      return { subject, key, old, now, dates: behind, file };
    }),
    patch: patch.join("\n"),
    leftOut,
    isWritten,
  };
}

function calibrationText(
  { dates, proposals, patch, files, leftOut }: Calibration,
  isWritten: boolean,
): string {
  if (proposals.length === 0)
    return paint("good", `Every bound is as ${countOf(dates, "date")} would have it`);
  const rows = proposals.map(({ subject, key, old, now, dates: behind }) => [
    subject,
    key,
    String(old),
    String(now),
    String(behind),
  ]);
  const few = leftOut.map(
    ({ subject, dates: own }) => `${subject}: only ${countOf(own, "date")}, left as it is`,
  );
  const changed = `${countOf(proposals.length, "number")} in ${countOf(files.size, "file")}`;
  return [
    paint("strong", isWritten ? `Changed ${changed}` : `Proposed ${changed}; --write applies it`),
    "",
    formatTable([["what", "key", "now", "proposed", "dates"], ...rows]),
    ...(few.length === 0 ? [] : ["", ...few]),
    ...(isWritten ? [] : ["", ...patch]),
  ].join("\n");
}
