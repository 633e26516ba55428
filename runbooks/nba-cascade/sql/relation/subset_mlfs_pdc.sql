-- Grain: a row without its counterpart in nba_precompute.player_daily_cache. Key (analysis_date, entity_id).
select
  rows_of_date.game_date as analysis_date,
  rows_of_date.player_lookup as entity_id,
  'no row in player_daily_cache' as detail
from nba_predictions.ml_feature_store_v2 as rows_of_date
left join nba_precompute.player_daily_cache as upstream
  on upstream.player_lookup = rows_of_date.player_lookup
  and upstream.cache_date = rows_of_date.game_date
  and upstream.cache_date between @start_date and @end_date
where rows_of_date.game_date between @start_date and @end_date
  and upstream.player_lookup is null
