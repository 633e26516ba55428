-- One row per field goal attempt, with those of an overtime that only tied games will need. Makes are drawn by systematic sampling:
-- a team's makes stay within one of what its chances add up to. The leading shooter's first attempt is from mid-range, so that no
-- team goes without one.
with shooters as (
  select
    appearances.world,
    appearances.game_no,
    appearances.is_home,
    appearances.player_no,
    appearances.fg_attempts,
    appearances.overtime_attempts,
    cast(1000000 * team_games.start as bigint) as start,
    clamp(players.paint_taste - 0.6e0 * three_lean, 0.05e0, 0.85e0) as paint_part,
    clamp(players.mid_taste - 0.4e0 * three_lean, 0.02e0, 0.6e0) as mid_part,
    row_number() over (partition by appearances.game_no, appearances.is_home order by shot_weight desc, appearances.player_no) = 1 as is_leader,
    cast(1000000 * (0.578e0 + touch + form + paint_leak + case build when 'big' then 0.02e0 when 'guard' then -0.015e0 else 0e0 end) as bigint) as paint_chance,
    cast(1000000 * (0.413e0 + touch + form + mid_leak) as bigint) as mid_chance,
    cast(1000000 * (0.355e0 + 0.8e0 * touch + form + three_leak - case build when 'big' then 0.025e0 else 0e0 end) as bigint) as three_chance
  from appearances
  inner join players on players.season_year = appearances.season_year and players.player_no = appearances.player_no
  inner join team_games on team_games.game_no = appearances.game_no and team_games.is_home = appearances.is_home
),
attempts as (
  select
    *,
    unnest(range(fg_attempts + overtime_attempts)) as attempt_no
  from shooters
),
thrown as (
  select
    * exclude (world),
    attempt_no >= fg_attempts as is_overtime,
    dice(world || '|shot|' || game_no || '|' || player_no || '|' || attempt_no) as bits
  from attempts
),
zoned as (
  select
    *,
    case
      when is_leader and attempt_no = 0 then 2
      when first_of(bits) < paint_part then 1
      when first_of(bits) < paint_part + mid_part then 2
      else 3
    end as zone
  from thrown
),
chanced as (
  select
    *,
    case zone when 1 then paint_chance when 2 then mid_chance else three_chance end as chance
  from zoned
)
select
  game_no,
  is_home,
  player_no,
  attempt_no,
  is_overtime,
  zone,
  (start + sum(chance) over so_far) // 1000000 > (start + sum(chance) over so_far - chance) // 1000000 as is_made,
  cast(
    case
      when zone = 1 and second_of(bits) < 0.6e0 then floor(6.66e0 * second_of(bits))
      when zone = 1 then 4 + floor(12.49e0 * (second_of(bits) - 0.6e0))
      when zone = 2 then 9 + floor(14 * second_of(bits))
      when second_of(bits) < 0.2e0 then 22
      when second_of(bits) < 0.98e0 then 23 + floor(7.69e0 * (second_of(bits) - 0.2e0))
      when second_of(bits) < 0.998e0 then 29 + floor(250 * (second_of(bits) - 0.98e0))
      else 40 + floor(15000 * (second_of(bits) - 0.998e0))
    end as bigint
  ) as distance,
  cast(floor(case when is_overtime then 2880 + 300 * third_of(bits) else 2880 * third_of(bits) end) as int) as clock
from chanced
window so_far as (
  partition by game_no, is_home, is_overtime
  order by bits, player_no, attempt_no
  rows between unbounded preceding and current row
)
