-- Grain: a row without its counterpart in nba_analytics.upcoming_player_game_context. Key (analysis_date, entity_id).
select
  rows_of_date.analysis_date as analysis_date,
  rows_of_date.player_lookup as entity_id,
  'no row in upcoming_player_game_context' as detail
from nba_precompute.player_shot_zone_analysis as rows_of_date
left join nba_analytics.upcoming_player_game_context as upstream
  on upstream.player_lookup = rows_of_date.player_lookup
  and upstream.game_date = rows_of_date.analysis_date
  and upstream.game_date between @start_date and @end_date
where rows_of_date.analysis_date between @start_date and @end_date
  and upstream.player_lookup is null
