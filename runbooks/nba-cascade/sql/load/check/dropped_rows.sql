-- Source rows that are in no table, by file and reason.
with findings as (
  select 'schedule: not between two of the 30 teams' as finding, count(*) as occurrences
  from file_schedule
  where "v.ta" not in (select "Abbreviation" from file_teams) or "h.ta" not in (select "Abbreviation" from file_teams)
  union all
  select 'schedule: loaded but not final', count(*)
  from nba_raw.nbac_schedule
  where game_status <> 3
  union all
  select 'bref_player_box: no such game', count(*)
  from file_player_box as box
  anti join nba_raw.nbac_schedule as games
    on games.game_date = box.date and games.home_team_abbr = team_of_bref(right(box.game, 3))
  union all
  select 'bref_inactive: no such game', count(*)
  from file_inactive as inactive
  anti join nba_raw.nbac_schedule as games
    on games.game_date = inactive.date and games.home_team_abbr = team_of_bref(right(inactive.game, 3))
  union all
  select 'bref_inactive: also on a box row of the game', count(*)
  from file_inactive as inactive
  semi join file_player_box as box on box.game = inactive.game and box.player_id = inactive.player_id
  union all
  select 'team_game_log: no such game', count(*)
  from file_team_log as log
  anti join nba_raw.nbac_schedule as games on games.nba_game_id = log."GAME_ID"
  union all
  select 'play_by_play: attempts of no such game', count(*)
  from file_play_by_play as plays
  anti join nba_raw.nbac_schedule as games on games.nba_game_id = plays."GAME_ID"
  where plays."EVENTMSGTYPE" in (1, 2, 3)
  union all
  select 'play_by_play: attempts that stand twice', count(*) - count(distinct ("GAME_ID", "EVENTNUM"))
  from file_play_by_play
  where "EVENTMSGTYPE" in (1, 2, 3)
  union all
  select 'shots: no such attempt', count(*)
  from file_shots as shots
  anti join file_play_by_play as plays
    on plays."GAME_ID" = nba_game_id_of(shots."GAME_ID") and plays."EVENTNUM" = shots."GAME_EVENT_ID"
    and plays."EVENTMSGTYPE" in (1, 2)
  union all
  select 'player_props: no such game', count(*)
  from file_props as props
  anti join nba_raw.nbac_schedule as games
    on games.game_date = eastern_date_of(props.tidygamedatetime)
    and games.home_team_abbr = props.tidyhometeam and games.away_team_abbr = props.tidyawayteam
  where props.prop = 'player points ou' and props.tidyou = 'over'
  union all
  select 'player_props: higher of two lines, or a line again', offered.prices - kept.prices
  from (
    select count(draftkings) + count(fanduel) + count(pointsbet) as prices
    from file_props as props
    semi join nba_raw.nbac_schedule as games
      on games.game_date = eastern_date_of(props.tidygamedatetime)
      and games.home_team_abbr = props.tidyhometeam and games.away_team_abbr = props.tidyawayteam
    where props.prop = 'player points ou' and props.tidyou = 'over'
  ) as offered, (select count(*) as prices from nba_raw.odds_api_player_points_props) as kept
  union all
  select 'game_odds: no such game', count(*)
  from closing_rows as rows
  anti join nba_raw.nbac_schedule as games
    on games.game_date = rows.game_date and rows.team_abbr in (games.home_team_abbr, games.away_team_abbr)
    and rows.other_team_abbr in (games.home_team_abbr, games.away_team_abbr)
  union all
  select 'injury_report: no such game', count(*)
  from file_injury_report as report
  anti join nba_raw.nbac_schedule as games
    on games.game_date = try_cast(report."gameDate" as date)
    and games.away_team_abbr || '@' || games.home_team_abbr = report."gameMatchup"
)
select finding, cast(occurrences as bigint) as occurrences
from findings
where occurrences > 0
