-- Grain: a row without its counterpart in nba_precompute.player_shot_zone_analysis. Key (analysis_date, entity_id).
select
  rows_of_date.game_date as analysis_date,
  rows_of_date.player_lookup as entity_id,
  'no row in player_shot_zone_analysis' as detail
from nba_precompute.player_composite_factors as rows_of_date
left join nba_precompute.player_shot_zone_analysis as upstream
  on upstream.player_lookup = rows_of_date.player_lookup
  and upstream.analysis_date = rows_of_date.game_date
  and upstream.analysis_date between @start_date and @end_date
where rows_of_date.game_date between @start_date and @end_date
  and upstream.player_lookup is null
