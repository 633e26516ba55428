-- Grain: a team whose players do not add up to its offence row. Key (analysis_date, entity_id).
with players_of_team as (
  select
    game_id,
    team_abbr,
    sum(points) as points,
    sum(fg_attempts) as fg_attempts,
    sum(three_pt_attempts) as three_pt_attempts,
    sum(ft_attempts) as ft_attempts,
    sum(turnovers) as turnovers,
    sum(paint_attempts) as paint_attempts,
    sum(paint_makes) as paint_makes,
    sum(mid_range_attempts) as mid_range_attempts,
    sum(mid_range_makes) as mid_range_makes,
    sum(zone_three_attempts) as zone_three_attempts,
    sum(zone_three_makes) as zone_three_makes
  from nba_analytics.player_game_summary
  where game_date between @start_date and @end_date
  group by game_id, team_abbr
)
select
  teams.game_date as analysis_date,
  teams.game_id || '|' || teams.team_abbr as entity_id,
  case
    when players.game_id is null then 'no player row of the team'
    when players.points <> teams.points_scored then 'points'
    when players.fg_attempts <> teams.fg_attempts
      or players.three_pt_attempts <> teams.three_pt_attempts
      or players.ft_attempts <> teams.ft_attempts
      then 'attempts'
    when players.turnovers <> teams.turnovers then 'turnovers'
    else 'zone counts'
  end as detail
from nba_analytics.team_offense_game_summary as teams
left join players_of_team as players
  on players.game_id = teams.game_id
  and players.team_abbr = teams.team_abbr
where teams.game_date between @start_date and @end_date
  and (
    players.points is distinct from teams.points_scored
    or players.fg_attempts is distinct from teams.fg_attempts
    or players.three_pt_attempts is distinct from teams.three_pt_attempts
    or players.ft_attempts is distinct from teams.ft_attempts
    or players.turnovers is distinct from teams.turnovers
    or players.paint_attempts is distinct from teams.team_paint_attempts
    or players.paint_makes is distinct from teams.team_paint_makes
    or players.mid_range_attempts is distinct from teams.team_mid_range_attempts
    or players.mid_range_makes is distinct from teams.team_mid_range_makes
    or players.zone_three_attempts is distinct from teams.team_zone_three_attempts
    or players.zone_three_makes is distinct from teams.team_zone_three_makes
  )
