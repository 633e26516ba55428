-- Oddities of the gamebook that the cascade accepts.
with findings as (
  select 'players listed in two games of one date' as finding, count(*) as occurrences
  from (
    select game_date, player_lookup
    from nba_raw.nbac_gamebook_player_stats
    group by all
    having count(*) > 1
  )
  union all
  select 'appearances of 0:00', count(*)
  from nba_raw.nbac_gamebook_player_stats
  where player_status = 'active' and seconds_played = 0
  union all
  select 'appearances without plus-minus', count(*)
  from nba_raw.nbac_gamebook_player_stats
  where player_status = 'active' and plus_minus is null
  union all
  select 'teams whose players do not add up to their points', count(*)
  from (
    select box.game_id
    from nba_raw.nbac_team_boxscore as box
    join nba_raw.nbac_gamebook_player_stats as listing using (game_id, team_abbr)
    group by box.game_id, box.team_abbr, box.points
    having sum(listing.points) is distinct from box.points
  )
)
select finding, occurrences
from findings
where occurrences > 0
