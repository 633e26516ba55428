import type { CalendarDate } from "../domain/calendar-date.ts";
import { parseEntry, type Entry } from "./entry.ts";
import type { Problem } from "./problem.ts";
import {
  organisationFileSchema,
  organisationRuleSchema,
  type OrganisationRule,
} from "./schema/organisation-schema.ts";
import { entriesOfList } from "./sections.ts";
import { parseYaml } from "./yaml-document.ts";

/** The rules of an organisation, with their places, and the day on which they are applied. */
export type Organisation = {
  readonly rules: readonly Entry<OrganisationRule>[];
  readonly today: CalendarDate;
};

/** policy.yml → its rules, and all that is wrong with it. */
export function parseOrganisation(
  file: string,
  text: string,
): { readonly rules: readonly Entry<OrganisationRule>[]; readonly problems: readonly Problem[] } {
  const document = parseYaml(file, text);
  const whole = parseEntry({ name: file, raw: document.value, document, path: [] }, organisationFileSchema);
  const rules = entriesOfList(document, "rules").flatMap(
    (raw) => parseEntry(raw, organisationRuleSchema).entry ?? [],
  );
  const ids = rules.map(({ value }) => value.id);
  const repeated = rules.filter(({ value }, index) => ids.indexOf(value.id) < index);
  const twice = repeated.map(({ value, at }) => ({
    place: at("id"),
    message: `There are two rules "${value.id}"`,
    hint: "give one of them another id",
  }));
  return { rules, problems: [...document.problems, ...whole.problems, ...twice] };
}
