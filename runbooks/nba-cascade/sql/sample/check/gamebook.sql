-- One row per final game with fewer than 26 listed or 5 active a team, or without ten starters.
select
  game_id as finding,
  count(*) as occurrences
from nba_raw.nbac_gamebook_player_stats
group by game_id
having count(*) < 26
  or sum((player_status = 'active' and is_home)::int) < 5
  or sum((player_status = 'active' and not is_home)::int) < 5
  or sum(is_starter::int) <> 10
