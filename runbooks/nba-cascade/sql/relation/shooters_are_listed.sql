-- Grain: a shooter in the play-by-play whom the gamebook does not have active for that team in that game. Key
-- (analysis_date, entity_id). Reads raw tables only.
select distinct
  events.game_date as analysis_date,
  events.game_id || '|' || events.player_1_lookup as entity_id,
  'not active for ' || events.player_1_team_abbr || ' in the gamebook' as detail
from nba_raw.bigdataball_play_by_play as events
left join nba_raw.nbac_gamebook_player_stats as listings
  on listings.game_id = events.game_id
  and listings.player_lookup = events.player_1_lookup
  and listings.team_abbr = events.player_1_team_abbr
  and listings.player_status = 'active'
  and listings.game_date between @start_date and @end_date
where events.game_date between @start_date and @end_date
  and listings.game_id is null
