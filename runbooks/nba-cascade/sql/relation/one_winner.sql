-- Grain: a game that has not one winner and one loser. Key (analysis_date, entity_id).
with outcomes_of_game as (
  select
    game_date,
    game_id,
    sum(case when win_flag then 1 else 0 end) as winners,
    sum(margin_of_victory) as margins
  from nba_analytics.team_offense_game_summary
  where game_date between @start_date and @end_date
  group by game_date, game_id
)
select
  game_date as analysis_date,
  game_id as entity_id,
  cast(winners as string) || ' winners, margins add up to ' || cast(margins as string) as detail
from outcomes_of_game
where winners <> 1
  or margins <> 0
