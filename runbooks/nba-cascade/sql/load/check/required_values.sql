-- Required columns with missing or unparseable values, one finding per table and column.
with missing as (
  select 'nbac_schedule' as table_name, *
  from (unpivot (select count(*) - count(columns(* exclude (away_score, home_score))) as '\0' from nba_raw.nbac_schedule)
    on columns(*) into name column_name value missing)
  union all by name
  select 'nbac_schedule, final games' as table_name, *
  from (unpivot (
    select count(*) - count(columns(['away_score', 'home_score'])) as '\0' from nba_raw.nbac_schedule where game_status = 3)
    on columns(*) into name column_name value missing)
  union all by name
  select 'nbac_gamebook_player_stats' as table_name, *
  from (unpivot (
    select count(*) - count(columns([
      'game_id', 'game_date', 'season_year', 'team_abbr', 'opponent_team_abbr', 'is_home', 'player_lookup', 'player_name',
      'player_status', 'is_starter'])) as '\0'
    from nba_raw.nbac_gamebook_player_stats)
    on columns(*) into name column_name value missing)
  union all by name
  select 'nbac_gamebook_player_stats, active' as table_name, *
  from (unpivot (
    select count(*) - count(columns(* exclude (dnp_reason, plus_minus))) as '\0'
    from nba_raw.nbac_gamebook_player_stats
    where player_status = 'active')
    on columns(*) into name column_name value missing)
  union all by name
  select 'nbac_team_boxscore' as table_name, *
  from (unpivot (select count(*) - count(columns(*)) as '\0' from nba_raw.nbac_team_boxscore)
    on columns(*) into name column_name value missing)
  union all by name
  select 'bigdataball_play_by_play' as table_name, *
  from (unpivot (
    select count(*) - count(columns(* exclude (shot_distance, player_2_lookup, player_2_role))) as '\0'
    from nba_raw.bigdataball_play_by_play)
    on columns(*) into name column_name value missing)
  union all by name
  select 'bigdataball_play_by_play, assists and blocks' as table_name, *
  from (unpivot (
    select count(*) - count(columns(['player_2_lookup'])) as '\0'
    from nba_raw.bigdataball_play_by_play
    where player_2_role is not null)
    on columns(*) into name column_name value missing)
  union all by name
  select 'odds_api_player_points_props' as table_name, *
  from (unpivot (select count(*) - count(columns(*)) as '\0' from nba_raw.odds_api_player_points_props)
    on columns(*) into name column_name value missing)
  union all by name
  select 'odds_api_game_lines' as table_name, *
  from (unpivot (
    select count(*) - count(columns(['game_id', 'game_date', 'team_abbr'])) as '\0' from nba_raw.odds_api_game_lines)
    on columns(*) into name column_name value missing)
  union all by name
  select 'nbac_injury_report' as table_name, *
  from (unpivot (select count(*) - count(columns(* exclude (reason))) as '\0' from nba_raw.nbac_injury_report)
    on columns(*) into name column_name value missing)
)
select table_name || '.' || column_name || ': missing or not parseable' as finding, missing as occurrences
from missing
where missing > 0
order by finding
