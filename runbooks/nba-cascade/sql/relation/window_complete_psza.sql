-- Grain: a row of the table whose number of games differs from the games that the gamebook has him active in, before the
-- date and in its season: player_game_summary has a hole inside the window. Key (analysis_date, entity_id).
with calendar_days as (
  select game_date, season_year
  from nba_processing.season_calendar
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date <= @end_date
),
events as (
  select samples.player_lookup, calendar_days.season_year, samples.analysis_date as game_date, 0 as event_order, '' as game_id, samples.games_in_sample_10 as games_used
  from nba_precompute.player_shot_zone_analysis as samples
  join calendar_days on calendar_days.game_date = samples.analysis_date
  where samples.analysis_date between @start_date and @end_date
  union all
  select distinct played.player_lookup, calendar_days.season_year, played.game_date, 1, played.game_id, 0
  from nba_raw.nbac_gamebook_player_stats as played
  join calendar_days on calendar_days.game_date = played.game_date
  where played.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and played.game_date < @end_date
    and played.player_status = 'active'
),
counted as (
  select
    player_lookup, game_date, event_order, games_used,
    cast(sum(event_order) over (
      partition by player_lookup, season_year order by game_date, event_order, game_id
      rows between unbounded preceding and current row
    ) as int64) as games_played
  from events
)
select
  counted.game_date as analysis_date,
  counted.player_lookup as entity_id,
  'games_in_sample_10 is ' || cast(counted.games_used as string) || ', games played ' || cast(counted.games_played as string) as detail
from counted
where counted.event_order = 0
  and counted.games_used <> case when counted.games_played < 10 then counted.games_played else 10 end
