-- Grain: a row of the table whose number of games differs from the games of the team in the team box scores, before the
-- date and in its season, at most 15: team_defense_game_summary has a hole inside the window. Key (analysis_date, entity_id).
with calendar_days as (
  select game_date, season_year
  from nba_processing.season_calendar
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date <= @end_date
),
events as (
  select samples.team_abbr, calendar_days.season_year, samples.analysis_date as game_date, 0 as event_order, '' as game_id, samples.games_in_sample
  from nba_precompute.team_defense_zone_analysis as samples
  join calendar_days on calendar_days.game_date = samples.analysis_date
  where samples.analysis_date between @start_date and @end_date
  union all
  select distinct box.team_abbr, calendar_days.season_year, box.game_date, 1, box.game_id, 0
  from nba_raw.nbac_team_boxscore as box
  join calendar_days on calendar_days.game_date = box.game_date
  where box.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and box.game_date < @end_date
),
counted as (
  select
    team_abbr, game_date, event_order, games_in_sample,
    cast(sum(event_order) over (
      partition by team_abbr, season_year order by game_date, event_order, game_id
      rows between unbounded preceding and current row
    ) as int64) as games_played
  from events
)
select
  game_date as analysis_date,
  team_abbr as entity_id,
  'games_in_sample is ' || cast(games_in_sample as string) || ', games played ' || cast(games_played as string) as detail
from counted
where event_order = 0
  and games_in_sample <> case when games_played < 15 then games_played else 15 end
