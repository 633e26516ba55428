-- Lookups that two players of the crosswalk share.
select 'lookup "' || player_lookup || '" of ' || string_agg(bref_player_id, ', ' order by bref_player_id) as finding, count(*) as occurrences
from players
group by player_lookup
having count(*) > 1
order by finding
