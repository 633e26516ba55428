/** What `/cascade help` shows. */
export const helpText = `/cascade plan   [--start-date D --end-date D | --dates D,D] [--processor A,B] [--phase N]   what would run, and why
/cascade run    [the same] [--no-resume] [--fresh]                                            dispatch the backfill
/cascade retry                                                                                re-run the failed jobs of the last run
/cascade status [the same]                                                                    the state of every partition
/cascade why    <processor> <date> [entity]                                                   the facts behind one
/cascade waive  --processor P (--period ID --max-rate 0.18 | --dates D,D [--entity A,B]) --reason "…" --expires D
/cascade hold   [reason]                                                                      nothing runs until it is released
/cascade release
The runbook and its dates are those of the report in this thread; name another runbook behind the command.`;
