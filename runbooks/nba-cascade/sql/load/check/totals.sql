-- What was loaded: rows and dates of each table.
with loaded as (
  select 'nbac_schedule' as table_name, game_date, count(*) as date_rows from nba_raw.nbac_schedule group by all
  union all
  select 'nbac_gamebook_player_stats', game_date, count(*) from nba_raw.nbac_gamebook_player_stats group by all
  union all
  select 'nbac_team_boxscore', game_date, count(*) from nba_raw.nbac_team_boxscore group by all
  union all
  select 'bigdataball_play_by_play', game_date, count(*) from nba_raw.bigdataball_play_by_play group by all
  union all
  select 'odds_api_player_points_props', game_date, count(*) from nba_raw.odds_api_player_points_props group by all
  union all
  select 'odds_api_game_lines', game_date, count(*) from nba_raw.odds_api_game_lines group by all
  union all
  select 'nbac_injury_report', game_date, count(*) from nba_raw.nbac_injury_report group by all
)
select
  format('{}: rows on {} dates from {} to {}, {} to {} a date', table_name, count(*), min(game_date), max(game_date),
    min(date_rows), max(date_rows)) as finding,
  cast(sum(date_rows) as bigint) as occurrences
from loaded
group by table_name
order by table_name
