-- One row per player of a daily report and game; `*` for a team that had not yet submitted.
-- Key (report_date, game_date, team_abbr, player_lookup). Only reports of the day before are pre-game facts.
select
  try_cast(report."reportDate" as date) as report_date,
  games.game_date,
  games.game_id,
  team_names.team_abbr,
  case when report."playerName" = 'NA' then '*' else player_lookup_of(first_name_first(report."playerName")) end as player_lookup,
  case report."playerStatus" when 'NA' then 'not_submitted' else lower(report."playerStatus") end as injury_status,
  nullif(nullif(trim(report."playerReason"), ''), 'NA') as reason
from file_injury_report as report
join nba_raw.nbac_schedule as games
  on games.game_date = try_cast(report."gameDate" as date)
  and games.away_team_abbr = split_part(report."gameMatchup", '@', 1)
  and games.home_team_abbr = split_part(report."gameMatchup", '@', 2)
left join team_names on team_names.report_name = report."teamName"
order by game_date, report_date, game_id, team_abbr, player_lookup
