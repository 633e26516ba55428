-- Grain: a row without its counterpart in nba_precompute.player_composite_factors. Key (analysis_date, entity_id).
select
  rows_of_date.cache_date as analysis_date,
  rows_of_date.player_lookup as entity_id,
  'no row in player_composite_factors' as detail
from nba_precompute.player_daily_cache as rows_of_date
left join nba_precompute.player_composite_factors as upstream
  on upstream.player_lookup = rows_of_date.player_lookup
  and upstream.game_date = rows_of_date.cache_date
  and upstream.game_date between @start_date and @end_date
where rows_of_date.cache_date between @start_date and @end_date
  and upstream.player_lookup is null
