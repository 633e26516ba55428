-- One row per game and team: what the two styles, the arena and the day make of it. Chances are in millionths per shot; `pace` is
-- possessions of 48 minutes, the same for both teams but for luck.
select
  games.season_year,
  games.world,
  games.game_no,
  own.team,
  own.team = games.home_team as is_home,
  99.8e0 + own.pace_edge + other.pace_edge + 3.1e0 * bell(game_bits) + 0.9e0 * bell(side_bits) as pace,
  own.offense_edge
    + case when own.team = games.home_team then 0.008e0 else -0.008e0 end
    + 0.032e0 * bell(dice(side_key || '|form')) as form,
  other.paint_leak,
  other.mid_leak,
  other.three_leak,
  0.09e0 * (first_of(mix_bits) - 0.5e0) as three_lean,
  13.2e0 + 2.6e0 * bell(dice(side_key || '|turnovers')) as turnover_target,
  10.3e0 + 2.4e0 * bell(dice(side_key || '|offensive rebounds')) as offensive_rebound_target,
  10.3e0 + 2.0e0 * bell(dice(side_key || '|free throws')) as trip_target,
  19.6e0 + 2.8e0 * bell(dice(side_key || '|fouls')) as foul_target,
  0.90e0 + 0.05e0 * second_of(mix_bits) as board_share,
  0.48e0 + 0.2e0 * third_of(mix_bits) as steal_share,
  first_of(side_bits) as start
from (
  select
    *,
    dice(world || '|game|' || game_no) as game_bits
  from games
) as games
inner join teams as own on own.season_year = games.season_year and own.team in (games.home_team, games.away_team)
inner join teams as other on other.season_year = games.season_year
  and other.team in (games.home_team, games.away_team)
  and other.team <> own.team
cross join lateral (
  select games.world || '|' || games.game_no || '|' || own.team as side_key
) as keys
cross join lateral (
  select
    dice(side_key || '|side') as side_bits,
    dice(side_key || '|mix') as mix_bits
) as throws
