-- Grain: a shooter in the play-by-play whom the gamebook does not have active for that team in that game. Key
-- (analysis_date, entity_id). Reads raw tables only.
with shooters as (
  select distinct game_date, game_id, player_1_lookup as player_lookup, player_1_team_abbr as team_abbr
  from nba_raw.bigdataball_play_by_play
  where game_date between @start_date and @end_date
)
select
  shooters.game_date as analysis_date,
  shooters.game_id || '|' || shooters.player_lookup as entity_id,
  'not active for ' || shooters.team_abbr || ' in the gamebook' as detail
from shooters
left join nba_raw.nbac_gamebook_player_stats as listings
  on listings.game_id = shooters.game_id
  and listings.player_lookup = shooters.player_lookup
  and listings.team_abbr = shooters.team_abbr
  and listings.player_status = 'active'
  and listings.game_date between @start_date and @end_date
where listings.game_id is null
