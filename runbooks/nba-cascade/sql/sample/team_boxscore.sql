-- Two rows per final game: the sums of the players' lines.
with sides as (
  select
    game_no,
    is_home,
    any_value(team_minutes) as team_minutes,
    sum(points) as points,
    sum(fg_makes) as fg_makes,
    sum(fg_attempts) as fg_attempts,
    sum(three_pt_makes) as three_pt_makes,
    sum(three_pt_attempts) as three_pt_attempts,
    sum(ft_makes) as ft_makes,
    sum(ft_attempts) as ft_attempts,
    sum(offensive_rebounds) as offensive_rebounds,
    sum(defensive_rebounds) as defensive_rebounds,
    sum(assists) as assists,
    sum(steals) as steals,
    sum(blocks) as blocks,
    sum(turnovers) as turnovers,
    sum(personal_fouls) as personal_fouls
  from lines
  group by game_no, is_home
)
select
  schedule.game_id,
  schedule.game_date,
  schedule.season_year,
  schedule.nba_game_id,
  case when is_home then schedule.home_team_abbr else schedule.away_team_abbr end as team_abbr,
  case when is_home then schedule.away_team_abbr else schedule.home_team_abbr end as opponent_team_abbr,
  sides.is_home,
  cast(team_minutes as bigint) as team_minutes,
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
  cast(personal_fouls as bigint) as personal_fouls
from sides
inner join schedule on schedule.game_no = sides.game_no and schedule.game_status = 3
order by schedule.game_date, schedule.game_id, sides.is_home
