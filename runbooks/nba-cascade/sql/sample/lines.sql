-- One row per game and active player: his whole line of the box score.
with events_by_shooter as (
  select
    game_no,
    player_no,
    sum((zone > 0)::int) as fg_attempts,
    sum((zone > 0 and is_made)::int) as fg_makes,
    sum((zone = 3)::int) as three_pt_attempts,
    sum((zone = 3 and is_made)::int) as three_pt_makes,
    sum((zone = 0)::int) as ft_attempts,
    sum((zone = 0 and is_made)::int) as ft_makes
  from events
  group by game_no, player_no
),
events_by_helper as (
  select
    game_no,
    helper_no as player_no,
    sum((help = 'assist')::int) as assists,
    sum((help = 'block')::int) as blocks
  from events
  where helper_no is not null
  group by game_no, helper_no
),
joined as (
  select
    appearances.*,
    dice(appearances.world || '|box|' || appearances.game_no || '|' || appearances.player_no) as box,
    coalesce(events_by_shooter.fg_attempts, 0) as fga,
    coalesce(fg_makes, 0) as fg_makes,
    coalesce(three_pt_attempts, 0) as three_pt_attempts,
    coalesce(three_pt_makes, 0) as three_pt_makes,
    coalesce(events_by_shooter.ft_attempts, 0) as fta,
    coalesce(ft_makes, 0) as ft_makes,
    coalesce(assists, 0) as assists,
    coalesce(blocks, 0) as blocks,
    case when endings.game_no is null then 240 else 265 end as team_minutes
  from appearances
  left join events_by_shooter on events_by_shooter.game_no = appearances.game_no and events_by_shooter.player_no = appearances.player_no
  left join events_by_helper on events_by_helper.game_no = appearances.game_no and events_by_helper.player_no = appearances.player_no
  left join endings on endings.game_no = appearances.game_no
),
sides as (
  select
    game_no,
    is_home,
    sum(2 * fg_makes + three_pt_makes + ft_makes) as points,
    sum(fga - fg_makes) as misses,
    sum(offensive_rebounds) as offensive_rebounds,
    sum(turnovers) as turnovers
  from joined
  group by game_no, is_home
),
weighted as (
  select
    joined.*,
    own.points - other.points as margin,
    round(board_share * (other.misses - other.offensive_rebounds)) as board_target,
    round(steal_share * other.turnovers) as steal_target,
    round(foul_target) as foul_target,
    start,
    cast(share * size * (0.3e0 + 1.4e0 * first_of(box)) as bigint) as board_weight,
    cast(share * (0.2e0 + 1.6e0 * second_of(box)) as bigint) as steal_weight,
    cast(share * (0.6e0 + 0.8e0 * third_of(box)) as bigint) as foul_weight,
    cast(round(9000 * bell(luck)) as bigint) * share // 100000 as swing
  from joined
  inner join sides as own on own.game_no = joined.game_no and own.is_home = joined.is_home
  inner join sides as other on other.game_no = joined.game_no and other.is_home <> joined.is_home
  inner join team_games on team_games.game_no = joined.game_no and team_games.is_home = joined.is_home
),
-- A player's plus-minus in thousandths; over a team they add up to five times the margin.
swung as (
  select
    *,
    cast(round((5000e0 * margin * share - cast(sum(swing) over side as double) * share) / team_share) as bigint) + swing as thousandths
  from weighted
  window side as (partition by game_no, is_home)
)
select
  season_year,
  game_no,
  is_home,
  player_no,
  margin,
  team_minutes,
  portion(team_minutes * 60, share_so_far, share, team_share, 0.5e0) as seconds_played,
  2 * fg_makes + three_pt_makes + ft_makes as points,
  fg_makes,
  fga as fg_attempts,
  three_pt_makes,
  three_pt_attempts,
  ft_makes,
  fta as ft_attempts,
  offensive_rebounds,
  portion(board_target, sum(board_weight) over so_far, board_weight, sum(board_weight) over side, start) as defensive_rebounds,
  assists,
  portion(steal_target, sum(steal_weight) over so_far, steal_weight, sum(steal_weight) over side, start) as steals,
  blocks,
  turnovers,
  least(6, portion(foul_target, sum(foul_weight) over so_far, foul_weight, sum(foul_weight) over side, start)) as personal_fouls,
  cast(
    floor((sum(thousandths) over so_far + 500) / 1000e0) - floor((sum(thousandths) over so_far - thousandths + 500) / 1000e0) as bigint
  ) as plus_minus
from swung
window
  side as (partition by game_no, is_home),
  so_far as (partition by game_no, is_home order by player_no)
