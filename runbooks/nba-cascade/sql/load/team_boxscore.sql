-- One row per team of a game. Key (game_id, team_abbr). Counts are the league's, which leave out team turnovers;
-- minutes are the other publisher's, since the league's are a sum of rounded ones.
with minutes_of_team as (
  select date as game_date, team_of_bref(team) as team_abbr, cast(mp as bigint) as team_minutes
  from file_team_box
)
select
  games.game_id,
  games.game_date,
  games.season_year,
  games.nba_game_id,
  log."TEAM_ABBREVIATION" as team_abbr,
  case log."TEAM_ABBREVIATION"
    when games.home_team_abbr then games.away_team_abbr
    when games.away_team_abbr then games.home_team_abbr
  end as opponent_team_abbr,
  log."TEAM_ABBREVIATION" = games.home_team_abbr as is_home,
  minutes_of_team.team_minutes,
  cast(log."PTS" as bigint) as points,
  cast(log."FGM" as bigint) as fg_makes,
  cast(log."FGA" as bigint) as fg_attempts,
  cast(log."FG3M" as bigint) as three_pt_makes,
  cast(log."FG3A" as bigint) as three_pt_attempts,
  cast(log."FTM" as bigint) as ft_makes,
  cast(log."FTA" as bigint) as ft_attempts,
  cast(log."OREB" as bigint) as offensive_rebounds,
  cast(log."DREB" as bigint) as defensive_rebounds,
  cast(log."REB" as bigint) as total_rebounds,
  cast(log."AST" as bigint) as assists,
  cast(log."STL" as bigint) as steals,
  cast(log."BLK" as bigint) as blocks,
  cast(log."TOV" as bigint) as turnovers,
  cast(log."PF" as bigint) as personal_fouls
from file_team_log as log
join nba_raw.nbac_schedule as games on games.nba_game_id = log."GAME_ID"
left join minutes_of_team
  on minutes_of_team.game_date = games.game_date and minutes_of_team.team_abbr = log."TEAM_ABBREVIATION"
order by game_id, team_abbr
