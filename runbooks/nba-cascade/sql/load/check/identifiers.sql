-- Identifiers that are not of the one shape: game ids, team codes, empty lookups, dates outside October to September.
with findings as (
  select 'nbac_schedule: game id not YYYYMMDD_AWAY_HOME' as finding, count(*) as occurrences
  from nba_raw.nbac_schedule
  where not regexp_full_match(game_id, '\d{8}_[A-Z]{3}_[A-Z]{3}')
  union all
  select 'nbac_schedule: league id not ten digits', count(*)
  from nba_raw.nbac_schedule
  where not regexp_full_match(nba_game_id, '\d{10}')
  union all
  select 'teams: not 30 codes', count(distinct "Abbreviation")
  from file_teams
  having count(distinct "Abbreviation") <> 30
  union all
  select 'gamebook: team does not play in the game', count(*)
  from nba_raw.nbac_gamebook_player_stats
  where opponent_team_abbr is null
  union all
  select 'team_boxscore: team does not play in the game', count(*)
  from nba_raw.nbac_team_boxscore
  where opponent_team_abbr is null
  union all
  select 'crosswalk: empty lookup', count(*)
  from players
  where player_lookup = '' or player_lookup is null
)
select finding, occurrences
from findings
where occurrences > 0
