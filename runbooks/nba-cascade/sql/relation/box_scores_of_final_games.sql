-- Grain: a game with box scores, or with players who played, that the schedule does not have as final on that date.
-- Key (analysis_date, entity_id). Reads raw tables only.
with games as (
  select game_date, game_id, 'players who played' as left_over
  from nba_raw.nbac_gamebook_player_stats
  where game_date between @start_date and @end_date
    and player_status = 'active'
  union distinct
  select game_date, game_id, 'a box score' as left_over
  from nba_raw.nbac_team_boxscore
  where game_date between @start_date and @end_date
)
select
  games.game_date as analysis_date,
  games.game_id as entity_id,
  games.left_over || ' of a game that the schedule does not have as final' as detail
from games
left join nba_raw.nbac_schedule as schedule
  on schedule.game_id = games.game_id
  and schedule.game_date = games.game_date
  and schedule.game_status = 3
  and schedule.game_date between @start_date and @end_date
where schedule.game_id is null
