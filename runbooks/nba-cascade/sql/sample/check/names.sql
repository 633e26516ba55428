-- One row per name that two players of a season share.
select
  season_year || ': ' || player_lookup as finding,
  count(*) as occurrences
from players
group by season_year, player_lookup
having count(*) > 1
