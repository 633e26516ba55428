/** The runbook that commands use when none is named. */
export const defaultRunbook = "nba-cascade";
