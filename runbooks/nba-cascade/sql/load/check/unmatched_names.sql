-- Names that belong to nobody in the crosswalk, or to nobody listed for the game they are named for.
with gamebook_names as (
  select 'gamebook: "' || listing.player_name || '" is not in the crosswalk' as finding, count(*) as occurrences
  from nba_raw.nbac_gamebook_player_stats as listing
  anti join players on players.player_lookup = listing.player_lookup
  group by all
),
prop_names as (
  select 'points line: "' || props.player_lookup || '" is not listed for ' || props.game_id as finding, 1 as occurrences
  from (select distinct game_id, player_lookup from nba_raw.odds_api_player_points_props) as props
  anti join nba_raw.nbac_gamebook_player_stats as listing using (game_id, player_lookup)
),
report_names as (
  select 'injury report: "' || report.player_lookup || '" of ' || report.team_abbr || ' is not in the crosswalk' as finding, count(*) as occurrences
  from nba_raw.nbac_injury_report as report
  anti join players on players.player_lookup = report.player_lookup
  where report.player_lookup <> '*'
  group by all
)
select * from gamebook_names
union all
select * from prop_names
union all
select * from report_names
order by finding
