/** The tables of one phase over a month (`2021-11`): dates of tables, and those of them that are gaps. */
export type PhaseMonth = {
  readonly phase: number;
  readonly title: string;
  readonly month: string;
  readonly dates: number;
  readonly gaps: number;
};
