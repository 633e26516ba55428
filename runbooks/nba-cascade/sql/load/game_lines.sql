-- One row per team of a game with its closing spread (negative: favoured) and the game's total. Key (game_id, team_abbr).
-- Of the two closing numbers the one above 150 is the total; the other is the spread and its row is the favourite's.
select
  games.game_id,
  games.game_date,
  rows.team_abbr,
  case
    when rows.closing is null or rows.other_closing is null then null
    when rows.closing > 150 then rows.other_closing
    else 0 - rows.closing
  end as game_spread,
  case
    when rows.closing is null or rows.other_closing is null then null
    when rows.closing > 150 then rows.closing
    else rows.other_closing
  end as game_total
from closing_rows as rows
join nba_raw.nbac_schedule as games
  on games.game_date = rows.game_date
  and games.away_team_abbr = if(rows.side = 'V', rows.team_abbr, rows.other_team_abbr)
  and games.home_team_abbr = if(rows.side = 'V', rows.other_team_abbr, rows.team_abbr)
order by game_id, team_abbr
