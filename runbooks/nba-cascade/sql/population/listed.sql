-- One row per player and date on which the gamebook of a final game lists him, whatever his status; the entity is player_lookup.
select distinct
  games.game_date as analysis_date,
  listings.player_lookup as entity_id
from nba_raw.nbac_schedule as games
join nba_raw.nbac_gamebook_player_stats as listings
  on listings.game_id = games.game_id
where games.game_date between @start_date and @end_date
  and games.game_status = 3
  and listings.game_date between @start_date and @end_date
