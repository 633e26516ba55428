-- One row per player of the crosswalk: both publishers' ids, the canonical name and its lookup. Key bref_player_id.
select
  bref_player_id,
  nba_player_id,
  coalesce(nba_player_name, bref_player) as player_name,
  player_lookup_of(coalesce(nba_player_name, bref_player)) as player_lookup
from file_crosswalk
