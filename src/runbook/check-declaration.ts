import { makeOnce } from "../domain/make-once.ts";
import { checkComplete } from "./check/check-complete.ts";
import { checkColumns } from "./check/check-columns.ts";
import { checkDuplicates, repeated } from "./check/check-duplicates.ts";
import { checkGraph } from "./check/check-graph.ts";
import { checkPeriods } from "./check/check-periods.ts";
import { checkPlan } from "./check/check-plan.ts";
import { checkPolicy } from "./check/check-policy.ts";
import { checkReferences, known } from "./check/check-references.ts";
import { checkReserved } from "./check/check-reserved.ts";
import { checkSql } from "./check/check-sql.ts";
import type { Declaration } from "./declaration.ts";
import { type Problem, unknownName } from "./problem.ts";
import { nearestName } from "./nearest.ts";
import type { Entry } from "./entry.ts";
import type { IngestText } from "./schema/ingest-schema.ts";

const checks = [
  checkIdentity,
  checkComplete,
  checkCalendar,
  checkPeriods,
  checkDuplicates,
  checkColumns,
  checkReserved,
  checkReferences,
  checkGraph,
  checkPolicy,
  checkPlan,
  checkIngest,
  checkSql,
  checkCommands,
  checkJobs,
];

/** What schemas cannot see: names that stand for nothing, dates and bounds in disorder, SQL unlike its declaration. */
export const checkDeclaration = makeOnce((declaration: Declaration): readonly Problem[] =>
  checks.flatMap((check) => [...check(declaration)]),
);

/** A rule fills the date and the season only, and `period` is the engine's column. */
function* checkCalendar({ calendar }: Declaration): Iterable<Problem> {
  if (calendar === undefined) return;
  const { value, atKey } = calendar;
  for (const name of Object.keys(value.columns)) {
    const place = atKey("columns", name);
    if (name === "period") {
      yield { place, message: 'The column "period" belongs to the engine', hint: "remove it" };
    } else if (value.rule !== undefined && name !== value.date && name !== value.season) {
      yield {
        place,
        message: `A calendar by rule has no column "${name}"`,
        hint: `keep "${value.date}" and "${value.season}", or write the calendar as sql`,
      };
    }
  }
}

/** The files of command steps are there. */
function* checkCommands({ processors, files }: Declaration): Iterable<Problem> {
  for (const { value, at } of processors) {
    for (const [index, file] of (value.step?.files ?? []).entries()) {
      if (files.has(file)) continue;
      const names = [...files.keys()];
      yield unknownName(at("step", "files", index), {
        kind: "file",
        name: file,
        names,
        otherwise: "create the file",
      });
    }
  }
}

/** What comes before commands has commands to come before. */
function* checkJobs({ jobs, processors, load }: Declaration): Iterable<Problem> {
  if (jobs === undefined || jobs.value.steps.length === 0) return;
  if (processors.some(({ value }) => value.step?.command !== undefined)) return;
  if (load?.value.fetch !== undefined) return;
  yield {
    place: jobs.atKey("steps"),
    message: "No job needs these steps: no processor is a command, and the load fetches nothing",
    hint: "remove them",
  };
}

/** The runbook's name is its folder's, and its time zone exists. */
function* checkIdentity({ identity, name }: Declaration): Iterable<Problem> {
  const { "time-zone": timeZone } = identity.value;
  if (identity.value.name !== "" && identity.value.name !== name) {
    yield {
      place: identity.at("name"),
      message: `The runbook is named "${identity.value.name}" in the folder "${name}"`,
      hint: `write "${name}", or rename the folder`,
    };
  }
  if (timeZone !== "" && !isTimeZone(timeZone)) {
    const nearest = nearestName(timeZone, Intl.supportedValuesOf("timeZone"));
    yield {
      place: identity.at("time-zone"),
      message: `Unknown time zone "${timeZone}"`,
      hint: nearest === undefined ? "write an IANA name such as Europe/Berlin" : `write "${nearest}"`,
    };
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** `load` and `sample` fill declared sources, each once; files are fetched into the folder that a load names. */
function* checkIngest({ load, sample, names }: Declaration): Iterable<Problem> {
  if (load?.value.fetch !== undefined && load.value.from === undefined) {
    yield {
      place: load.atKey("fetch"),
      message: "`fetch` puts files into the folder `from`, and there is none",
      hint: "name a folder of their own: from: data/fetched",
    };
  }
  if (sample?.value.fetch !== undefined) {
    yield {
      place: sample.atKey("fetch"),
      message: "A sample fetches nothing",
      hint: "write it under `load`",
    };
  }
  for (const entry of [load, sample]) {
    if (entry !== undefined) yield* checkSteps(entry, names.sources);
  }
}

function* checkSteps({ value, at }: Entry<IngestText>, sources: readonly string[]): Iterable<Problem> {
  const targets = value.steps.map(({ source, scratch }, index) => ({
    name: source ?? scratch ?? "",
    place: at("steps", index, source === undefined ? "scratch" : "source"),
  }));
  yield* repeated("target", targets);
  for (const [index, { source }] of value.steps.entries()) {
    if (source !== undefined)
      yield* known("source", source, { names: sources, place: at("steps", index, "source") });
  }
}
