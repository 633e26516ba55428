-- Grain: a team of a final game whose players in the gamebook do not add up to its box score, or that has no box score
-- or no player who played. Key (analysis_date, entity_id). Reads raw tables only.
with sides as (
  select game_date, game_id, home_team_abbr as team_abbr
  from nba_raw.nbac_schedule
  where game_date between @start_date and @end_date
    and game_status = 3
  union all
  select game_date, game_id, away_team_abbr
  from nba_raw.nbac_schedule
  where game_date between @start_date and @end_date
    and game_status = 3
),
players_of_team as (
  select
    game_id,
    team_abbr,
    sum(points) as points,
    sum(fg_makes) as fg_makes,
    sum(fg_attempts) as fg_attempts,
    sum(three_pt_attempts) as three_pt_attempts,
    sum(ft_attempts) as ft_attempts,
    sum(total_rebounds) as total_rebounds,
    sum(assists) as assists,
    sum(turnovers) as turnovers
  from nba_raw.nbac_gamebook_player_stats
  where game_date between @start_date and @end_date
    and player_status = 'active'
  group by game_id, team_abbr
),
boxes as (
  select game_id, team_abbr, points, fg_makes, fg_attempts, three_pt_attempts, ft_attempts, total_rebounds, assists, turnovers
  from nba_raw.nbac_team_boxscore
  where game_date between @start_date and @end_date
)
select
  sides.game_date as analysis_date,
  sides.game_id || '|' || sides.team_abbr as entity_id,
  case
    when boxes.game_id is null then 'no box score of the team'
    when players.game_id is null then 'no player of the team'
    when players.points <> boxes.points
      then cast(players.points as string) || ' points of players, ' || cast(boxes.points as string) || ' of the team'
    else 'attempts, rebounds, assists or turnovers'
  end as detail
from sides
left join boxes
  on boxes.game_id = sides.game_id
  and boxes.team_abbr = sides.team_abbr
left join players_of_team as players
  on players.game_id = sides.game_id
  and players.team_abbr = sides.team_abbr
where boxes.game_id is null
  or players.points is distinct from boxes.points
  or players.fg_makes is distinct from boxes.fg_makes
  or players.fg_attempts is distinct from boxes.fg_attempts
  or players.three_pt_attempts is distinct from boxes.three_pt_attempts
  or players.ft_attempts is distinct from boxes.ft_attempts
  or players.total_rebounds is distinct from boxes.total_rebounds
  or players.assists is distinct from boxes.assists
  or players.turnovers is distinct from boxes.turnovers
