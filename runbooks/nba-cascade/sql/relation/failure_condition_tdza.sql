-- Grain: a failure of TDZA whose category does not follow from the games played in raw. Key (analysis_date, entity_id).
-- INCOMPLETE_UPSTREAM and NO_SHOT_ZONE need enough games, EXPECTED_INCOMPLETE some, INSUFFICIENT_DATA none.
with calendar_days as (
  select game_date, season_year
  from nba_processing.season_calendar
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date <= @end_date
),
events as (
  select failures.entity_id as team_abbr, calendar_days.season_year, failures.analysis_date as game_date, 0 as event_order, '' as game_id, failures.failure_category
  from nba_processing.precompute_failures as failures
  join calendar_days on calendar_days.game_date = failures.analysis_date
  where failures.analysis_date between @start_date and @end_date
    and failures.processor_name = 'TDZA'
    and failures.failure_category in ('EXPECTED_INCOMPLETE', 'INSUFFICIENT_DATA', 'NO_SHOT_ZONE', 'INCOMPLETE_UPSTREAM')
  union all
  select distinct box.team_abbr, calendar_days.season_year, box.game_date, 1, box.game_id, ''
  from nba_raw.nbac_team_boxscore as box
  join calendar_days on calendar_days.game_date = box.game_date
  where box.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and box.game_date < @end_date
),
counted as (
  select
    team_abbr, game_date, event_order, failure_category,
    cast(sum(event_order) over (
      partition by team_abbr, season_year order by game_date, event_order, game_id
      rows between unbounded preceding and current row
    ) as int64) as games_played
  from events
)
select
  game_date as analysis_date,
  team_abbr as entity_id,
  failure_category || ' with ' || cast(games_played as string) || ' games played' as detail
from counted
where event_order = 0
  and failure_category <> case
    when games_played = 0 then 'INSUFFICIENT_DATA'
    when games_played < @min_games then 'EXPECTED_INCOMPLETE'
    when failure_category = 'NO_SHOT_ZONE' then 'NO_SHOT_ZONE'
    else 'INCOMPLETE_UPSTREAM'
  end
