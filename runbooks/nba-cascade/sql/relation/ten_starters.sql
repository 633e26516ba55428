-- Grain: a game that has not ten starters, five of each team. Key (analysis_date, entity_id).
with starters_of_team as (
  select
    game_date,
    game_id,
    team_abbr,
    sum(case when is_starter then 1 else 0 end) as starters
  from nba_analytics.player_game_summary
  where game_date between @start_date and @end_date
  group by game_date, game_id, team_abbr
)
select
  game_date as analysis_date,
  game_id || '|' || team_abbr as entity_id,
  cast(starters as string) || ' starters' as detail
from starters_of_team
where starters <> 5
