-- One row per final game that is tied, or whose score is not what its players made.
select
  schedule.game_id as finding,
  1 as occurrences
from nba_raw.nbac_schedule as schedule
inner join (
  select
    game_id,
    sum(case when is_home then points else 0 end) as home_points,
    sum(case when is_home then 0 else points end) as away_points
  from nba_raw.nbac_gamebook_player_stats
  group by game_id
) as sums on sums.game_id = schedule.game_id
where schedule.game_status = 3
  and (home_points = away_points or home_points <> schedule.home_score or away_points <> schedule.away_score)
