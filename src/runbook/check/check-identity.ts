import type { Declaration } from "../declaration.ts";
import { nearestName } from "../nearest.ts";
import type { Problem } from "../problem.ts";

/** The runbook's name is its folder's, and its time zone exists. */
export function* checkIdentity({ identity, name }: Declaration): Iterable<Problem> {
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
