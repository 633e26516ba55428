-- One row per game between two of the 30 teams, whatever its status. Key game_id.
select
  game_id_of(etdate, "v.ta", "h.ta") as game_id,
  gid as nba_game_id,
  etdate as game_date,
  season_of(etdate) as season_year,
  "v.ta" as away_team_abbr,
  "h.ta" as home_team_abbr,
  cast(st as bigint) as game_status,
  cast("v.s" as bigint) as away_score,
  cast("h.s" as bigint) as home_score,
  ettime as tipoff_et
from file_schedule
where "v.ta" in (select "Abbreviation" from file_teams)
  and "h.ta" in (select "Abbreviation" from file_teams)
order by game_id
