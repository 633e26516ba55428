-- Keys that occur more than once, by table; occurrences are the rows too many.
with surplus as (
  select 'nbac_schedule' as table_name, count(*) - count(distinct game_id) as rows_too_many
  from nba_raw.nbac_schedule
  union all
  select 'nbac_schedule by league id', count(*) - count(distinct nba_game_id)
  from nba_raw.nbac_schedule
  union all
  select 'nbac_gamebook_player_stats', count(*) - count(distinct (game_id, player_lookup))
  from nba_raw.nbac_gamebook_player_stats
  union all
  select 'nbac_team_boxscore', count(*) - count(distinct (game_id, team_abbr))
  from nba_raw.nbac_team_boxscore
  union all
  select 'bigdataball_play_by_play', count(*) - count(distinct (game_id, event_num))
  from nba_raw.bigdataball_play_by_play
  union all
  select 'odds_api_player_points_props', count(*) - count(distinct (game_id, player_lookup, bookmaker))
  from nba_raw.odds_api_player_points_props
  union all
  select 'odds_api_game_lines', count(*) - count(distinct (game_id, team_abbr))
  from nba_raw.odds_api_game_lines
  union all
  select 'nbac_injury_report', count(*) - count(distinct (report_date, game_date, team_abbr, player_lookup))
  from nba_raw.nbac_injury_report
)
select table_name || ': rows that repeat a key' as finding, rows_too_many as occurrences
from surplus
where rows_too_many > 0
