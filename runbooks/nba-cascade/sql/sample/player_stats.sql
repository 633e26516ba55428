-- One row per final game and listed player. The source leaves out the plus-minus of some appearances of a few seconds.
select
  listings.game_id,
  listings.game_date,
  listings.season_year,
  listings.team as team_abbr,
  listings.opponent as opponent_team_abbr,
  listings.is_home,
  listings.player_lookup,
  listings.player_name,
  listings.player_status,
  listings.dnp_reason,
  listings.is_starter,
  lpad(cast(seconds_played // 60 as varchar), 2, '0') || ':' || lpad(cast(seconds_played % 60 as varchar), 2, '0') as minutes,
  cast(seconds_played as bigint) as seconds_played,
  cast(points as bigint) as points,
  cast(fg_makes as bigint) as fg_makes,
  cast(fg_attempts as bigint) as fg_attempts,
  cast(three_pt_makes as bigint) as three_pt_makes,
  cast(three_pt_attempts as bigint) as three_pt_attempts,
  cast(ft_makes as bigint) as ft_makes,
  cast(ft_attempts as bigint) as ft_attempts,
  cast(offensive_rebounds as bigint) as offensive_rebounds,
  cast(defensive_rebounds as bigint) as defensive_rebounds,
  cast(offensive_rebounds + defensive_rebounds as bigint) as total_rebounds,
  cast(assists as bigint) as assists,
  cast(steals as bigint) as steals,
  cast(blocks as bigint) as blocks,
  cast(turnovers as bigint) as turnovers,
  cast(personal_fouls as bigint) as personal_fouls,
  case when seconds_played >= 25 or plus_minus <> 0 then cast(plus_minus as bigint) end as plus_minus
from listings
left join lines on lines.game_no = listings.game_no and lines.player_no = listings.player_no
order by listings.game_date, listings.game_id, listings.team, listings.player_lookup
