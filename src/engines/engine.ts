import type { EngineName } from "../domain/engine-name.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { RunbookLimits } from "../runbook/limits.ts";
import type { CommandExchange, CommandRequest } from "./command-exchange.ts";

/** All that differs between engines beside their SQL. */
export type Engine = {
  readonly name: EngineName;
  /** How its addresses are written: `duckdb:<file>`. */
  readonly addressForm: string;
  /** What an address of this form names; undefined for every other text. */
  readonly parseAddress: (address: string) => WarehousePlace | undefined;
  /** Exchanges files with the command of a step; `folder` is the try's own. */
  readonly openExchange: (
    warehouse: Warehouse,
    request: CommandRequest,
    place: { readonly folder: string; readonly randomId: () => string },
  ) => Promise<CommandExchange>;
  /** Whether a runbook's `sample` and `load`, which are written for DuckDB, run in the warehouse itself. */
  readonly runsIngest: boolean;
  /** Whether its catalog tells of every dataset, named or not. */
  readonly hasWholeCatalog: boolean;
  readonly jobs: EngineJobs;
};

/** Where a warehouse is. */
export type WarehousePlace = {
  /** Its address as programs in any folder read it. */
  readonly address: string;
  /** The file in which whoever writes tells others how far they are; undefined where nobody is kept out. */
  readonly progressFile: string | undefined;
  /** The file that it is; undefined where it is none. */
  readonly file: string | undefined;
  /** Refuses to read what is not there, where that can be told without opening it. Fault: warehouse-missing. */
  readonly refuseAbsent: () => void;
  readonly open: (opening: Opening) => Promise<Warehouse>;
};

/** How a warehouse is opened. */
export type Opening = {
  readonly mode: "read" | "write";
  /** IANA zone in which instants become dates, whatever the machine's is. */
  readonly timeZone: string;
  /** Folders whose files our own statements read and write; what a runbook writes reaches no others. */
  readonly folders: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whose statements they are, and what bounds these where they are billed; absent before there is a runbook. */
  readonly runbook?: { readonly name: string; readonly limits?: RunbookLimits };
  /** Whether what it is asked comes again on a few rows, so that an engine that plans longer than it runs keeps its plans. */
  readonly keepsPlans?: boolean;
};

/** How jobs on GitHub come to an engine. */
export type EngineJobs = {
  /** What actions take as their input `warehouse`, for people and as a pattern. */
  readonly input: { readonly form: string; readonly pattern: RegExp };
  /** What a workflow gives them: the input itself, or a variable of the repository that holds what follows the colon. */
  readonly target: { readonly kind: "itself" } | { readonly kind: "variable"; readonly name: string };
  /** Where the tables are between two jobs: each job makes a file of artifacts and leaves some, or they stay where they are. */
  readonly tables: "in-artifacts" | "in-place";
  /** Dependencies of the package that its jobs do without. */
  readonly omits: readonly string[];
  /** With whom a job signs in, and needs a token for. */
  readonly signIn: "google-cloud" | undefined;
  /** Most cells of a processor at a time; undefined: no limit. */
  readonly mostCells: number | undefined;
  /** Variables in which a cell's job finds what a dispatch says of its statements, with the input's name. */
  readonly variables: Readonly<Record<string, string>>;
  /** What its workflows are called by after the runbook's name. */
  readonly suffix: string;
};
