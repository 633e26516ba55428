-- Grain: a player whose zones contradict his box score. Key (analysis_date, entity_id).
select
  game_date as analysis_date,
  game_id || '|' || player_lookup as entity_id,
  case
    when zone_three_attempts <> three_pt_attempts or zone_three_makes <> three_pt_makes then 'threes'
    else 'blocks by zone are not the blocks'
  end as detail
from nba_analytics.player_game_summary
where game_date between @start_date and @end_date
  and has_shot_zones
  and (
    zone_three_attempts <> three_pt_attempts
    or zone_three_makes <> three_pt_makes
    or paint_blocks + mid_range_blocks + three_pt_blocks <> blocks
  )
