-- Grain: a failure of PDC whose category neither follows from the games played in raw nor is the one PCF has. Key
-- (analysis_date, entity_id). INCOMPLETE_UPSTREAM and NO_SHOT_ZONE need enough games, EXPECTED_INCOMPLETE some,
-- INSUFFICIENT_DATA none. PCF's own failures are judged there.
with calendar_days as (
  select game_date, season_year
  from nba_processing.season_calendar
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date <= @end_date
),
events as (
  select failures.entity_id as player_lookup, calendar_days.season_year, failures.analysis_date as game_date, 0 as event_order, '' as game_id, failures.failure_category
  from nba_processing.precompute_failures as failures
  join calendar_days on calendar_days.game_date = failures.analysis_date
  left join nba_processing.precompute_failures as factors_failure
    on factors_failure.processor_name = 'PCF'
    and factors_failure.entity_id = failures.entity_id
    and factors_failure.analysis_date = failures.analysis_date
    and factors_failure.analysis_date between @start_date and @end_date
    and case factors_failure.failure_category when 'PROCESSING_ERROR' then 'INCOMPLETE_UPSTREAM' else factors_failure.failure_category end
      = failures.failure_category
  where failures.analysis_date between @start_date and @end_date
    and failures.processor_name = 'PDC'
    and failures.failure_category in ('EXPECTED_INCOMPLETE', 'INSUFFICIENT_DATA', 'NO_SHOT_ZONE', 'INCOMPLETE_UPSTREAM')
    and factors_failure.entity_id is null
  union all
  select distinct played.player_lookup, calendar_days.season_year, played.game_date, 1, played.game_id, ''
  from nba_raw.nbac_gamebook_player_stats as played
  join calendar_days on calendar_days.game_date = played.game_date
  where played.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and played.game_date < @end_date
    and played.player_status = 'active'
),
counted as (
  select
    player_lookup, game_date, event_order, failure_category,
    cast(sum(event_order) over (
      partition by player_lookup, season_year order by game_date, event_order, game_id
      rows between unbounded preceding and current row
    ) as int64) as games_played
  from events
)
select
  game_date as analysis_date,
  player_lookup as entity_id,
  failure_category || ' with ' || cast(games_played as string) || ' games played' as detail
from counted
where event_order = 0
  and failure_category <> case
    when games_played = 0 then 'INSUFFICIENT_DATA'
    when games_played < @min_games then 'EXPECTED_INCOMPLETE'
    when failure_category = 'NO_SHOT_ZONE' then 'NO_SHOT_ZONE'
    else 'INCOMPLETE_UPSTREAM'
  end
