import type { OrderOfDates } from "../domain/date-order.ts";
import type { DescribedColumns } from "./described-columns.ts";
import type { Entry } from "./entry.ts";
import type { Mention } from "../domain/mention.ts";
import type { CalendarText, PeriodText } from "./schema/calendar-schema.ts";
import type { JobsText } from "./schema/jobs-schema.ts";
import type { KeepText } from "./schema/keep-schema.ts";
import type { LimitsText } from "./schema/limits-schema.ts";
import type { IngestText } from "./schema/ingest-schema.ts";
import type { CommandText, ConditionText, ExpectationText, OrderText } from "./schema/plan-schema.ts";
import type {
  BudgetText,
  CategoryText,
  CauseText,
  GateText,
  RecoveryRuleText,
} from "./schema/policy-schema.ts";
import type { WebhookText } from "./schema/notice-schema.ts";
import type { ProcessorText } from "./schema/processor-schema.ts";
import type { ParameterText, PopulationText } from "./schema/runbook-schema.ts";
import type { SourceText } from "./schema/source-schema.ts";
import type { WaiverText } from "./schema/waiver-schema.ts";

/** The runbook's files by path relative to its folder. */
export type RunbookFiles = ReadonlyMap<string, string>;

/** What runbook.yml says about the runbook as a whole. */
export type Identity = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly owner: string;
  readonly "time-zone": string;
  readonly "date-order": OrderOfDates | undefined;
  readonly ledger: string;
};

/** Names that the runbook declares, also those of entries that have mistakes: others may refer to them. */
export type DeclaredNames = {
  readonly parameters: readonly string[];
  readonly periods: readonly string[];
  readonly phases: readonly string[];
  readonly categories: readonly string[];
  readonly populations: readonly string[];
  readonly sources: readonly string[];
  readonly processors: readonly string[];
};

/** The runbook as its files say it: every entry that fits its schema, with places, names not yet resolved. */
export type Declaration = {
  readonly folder: string;
  /** Name of the folder, which the runbook must have too. */
  readonly name: string;
  readonly files: RunbookFiles;
  /** What the engine says of columns that are left to it; undefined where nobody has asked it. */
  readonly described: DescribedColumns | undefined;
  readonly identity: Entry<Identity>;
  readonly watchers: readonly Entry<Mention>[];
  readonly notify: readonly Entry<WebhookText>[];
  readonly names: DeclaredNames;
  readonly parameters: readonly Entry<ParameterText>[];
  readonly calendar: Entry<CalendarText> | undefined;
  /** Whether there is a calendar at all, be it without mistakes or not. */
  readonly hasCalendar: boolean;
  readonly periods: readonly Entry<PeriodText>[];
  readonly phases: readonly Entry<string>[];
  readonly categories: readonly Entry<CategoryText>[];
  readonly populations: readonly Entry<PopulationText>[];
  readonly sources: readonly Entry<SourceText>[];
  readonly processors: readonly Entry<ProcessorText>[];
  readonly budgets: readonly Entry<BudgetText>[];
  readonly gates: readonly Entry<GateText>[];
  readonly recovery: readonly Entry<RecoveryRuleText>[];
  readonly causes: readonly Entry<CauseText>[];
  readonly waivers: readonly Entry<WaiverText>[];
  /** What a plan says in prose and tables: judged by the linter, no part of the runbook that runs. */
  readonly expectations: readonly Entry<ExpectationText>[];
  readonly accept: readonly Entry<ConditionText>[];
  readonly retry: readonly Entry<ConditionText>[];
  readonly order: readonly Entry<OrderText>[];
  readonly commands: readonly Entry<CommandText>[];
  readonly jobs: Entry<JobsText> | undefined;
  readonly limits: Entry<LimitsText> | undefined;
  readonly keep: Entry<KeepText> | undefined;
  readonly load: Entry<IngestText> | undefined;
  readonly sample: Entry<IngestText> | undefined;
};
