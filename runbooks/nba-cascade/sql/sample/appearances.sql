-- One row per game and active player: his share of the minutes and what he attempts in regulation. Shares and weights are whole
-- numbers, so that sums do not depend on their order.
with weighted as (
  select
    listings.season_year,
    listings.world,
    listings.game_no,
    listings.is_home,
    listings.player_no,
    listings.is_shy,
    players.appetite,
    players.size,
    players.passing,
    dice(listings.world || '|line|' || listings.game_no || '|' || listings.player_no) as bits,
    dice(listings.world || '|luck|' || listings.game_no || '|' || listings.player_no) as luck,
    [38.5e0, 37e0, 34.5e0, 32e0, 28.5e0, 24.5e0, 21.5e0, 19e0, 16e0, 13.5e0, 11e0, 9.5e0, 8.5e0, 7.5e0, 6.5e0, 6e0, 5e0, 14e0, 12e0, 12e0, 10e0, 13e0][listings.place_no] as usual_minutes
  from listings
  inner join players on players.season_year = listings.season_year and players.player_no = listings.player_no
  where listings.player_status = 'active'
),
rationed as (
  select
    *,
    cast(
      case when is_shy then 300 + 600 * first_of(bits) else 1000 * usual_minutes * (0.86e0 + 0.28e0 * first_of(bits)) end as bigint
    ) as asked,
    sum(case when is_shy then 300 + cast(600 * first_of(bits) as bigint) else cast(1000 * usual_minutes * (0.86e0 + 0.28e0 * first_of(bits)) as bigint) end)
      over (partition by game_no, is_home) as asked_by_team
  from weighted
),
-- Nobody is given more than 41 of 48 minutes at first; what is cut falls to the others.
capped as (
  select
    *,
    asked >= 0.171e0 * asked_by_team as is_capped
  from rationed
),
granted as (
  select
    *,
    cast(
      floor(
        case
          when is_capped then 171000
          else asked * (1000000 - 171000e0 * sum(is_capped::int) over side) / sum(case when is_capped then 0 else asked end) over side
        end
      ) as bigint
    ) as share
  from capped
  window side as (partition by game_no, is_home)
),
weights as (
  select
    granted.*,
    team_games.pace,
    team_games.turnover_target,
    team_games.offensive_rebound_target,
    team_games.trip_target,
    team_games.start,
    case when is_shy then 0 else cast(share * appetite * (0.50e0 + second_of(bits)) as bigint) end as shot_weight,
    case when is_shy then 0 else cast(share * appetite * appetite * 4 * third_of(bits) * first_of(luck) as bigint) end as trip_weight,
    cast(share * appetite * (0.1e0 + 1.8e0 * second_of(luck)) as bigint) as turnover_weight,
    cast(share * size * (0.1e0 + 1.8e0 * third_of(luck)) as bigint) as board_weight
  from granted
  inner join team_games on team_games.game_no = granted.game_no and team_games.is_home = granted.is_home
),
counted as (
  select
    *,
    2 * portion(round(trip_target), sum(trip_weight) over so_far, trip_weight, sum(trip_weight) over side, start)
      + case when not is_shy and (second_of(bits) * 4096) % 1 < 0.13e0 * share / 100000 then 1 else 0 end as ft_attempts,
    portion(round(turnover_target), sum(turnover_weight) over so_far, turnover_weight, sum(turnover_weight) over side, start) as turnovers,
    portion(round(offensive_rebound_target), sum(board_weight) over so_far, board_weight, sum(board_weight) over side, start) as offensive_rebounds
  from weights
  window
    side as (partition by game_no, is_home),
    so_far as (partition by game_no, is_home order by player_no)
),
-- Shots are what the possessions leave: shots = possessions - 0.44 free throws + offensive rebounds - turnovers.
shooting as (
  select
    *,
    clamp(
      round(
        pace
        - 0.44e0 * sum(ft_attempts) over side
        + sum(offensive_rebounds) over side
        - sum(turnovers) over side
      ),
      72,
      110
    ) as shot_target
  from counted
  window side as (partition by game_no, is_home)
)
select
  season_year,
  world,
  game_no,
  is_home,
  player_no,
  bits,
  luck,
  size,
  passing,
  share,
  cast(sum(share) over so_far as bigint) as share_so_far,
  cast(sum(share) over side as bigint) as team_share,
  shot_weight,
  portion(8 + floor(4 * start), sum(shot_weight) over so_far, shot_weight, sum(shot_weight) over side, start) as overtime_attempts,
  portion(shot_target, sum(shot_weight) over so_far, shot_weight, sum(shot_weight) over side, start) as fg_attempts,
  ft_attempts,
  turnovers,
  offensive_rebounds
from shooting
window
  side as (partition by game_no, is_home),
  so_far as (partition by game_no, is_home order by player_no)
