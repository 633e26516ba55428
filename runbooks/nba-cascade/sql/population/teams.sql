-- One row per team of a final game; the entity is game_id|team.
select
  game_date as analysis_date,
  game_id || '|' || away_team_abbr as entity_id
from nba_raw.nbac_schedule
where game_date between @start_date and @end_date
  and game_status = 3
union all
select
  game_date as analysis_date,
  game_id || '|' || home_team_abbr as entity_id
from nba_raw.nbac_schedule
where game_date between @start_date and @end_date
  and game_status = 3
