-- One row per row of the betting sheet, with its team, its game's date and the closing number of both rows of the game.
-- Two consecutive rows are one game, the visitor first. Key row_no.
with sheet as (
  select
    row_no,
    (row_no - 1) // 2 as pair,
    "VH" as side,
    lpad("Date", 4, '0') as month_day,
    "Team" as odds_name,
    closing_number("Close") as closing
  from file_odds
)
select
  sheet.row_no,
  sheet.pair,
  sheet.side,
  try_strptime(if(try_cast(sheet.month_day as int) >= 1000, '2021', '2022') || sheet.month_day, '%Y%m%d')::date as game_date,
  team_names.team_abbr,
  sheet.closing,
  other.closing as other_closing,
  other_names.team_abbr as other_team_abbr
from sheet
join sheet as other on other.pair = sheet.pair and other.row_no <> sheet.row_no
left join team_names on team_names.odds_name = sheet.odds_name
left join team_names as other_names on other_names.odds_name = other.odds_name
