-- One row per free throw of regulation. Two in a row belong to one trip and share its clock.
with attempts as (
  select
    appearances.world,
    game_no,
    is_home,
    appearances.player_no,
    unnest(range(ft_attempts)) as attempt_no,
    0.775e0 + 1.4e0 * touch + case build when 'big' then -0.06e0 when 'guard' then 0.04e0 else 0e0 end as chance
  from appearances
  inner join players on players.season_year = appearances.season_year and players.player_no = appearances.player_no
)
select
  game_no,
  is_home,
  player_no,
  attempt_no,
  first_of(dice(world || '|free throw|' || game_no || '|' || player_no || '|' || attempt_no)) < chance as is_made,
  cast(floor(2880 * third_of(dice(world || '|trip|' || game_no || '|' || player_no || '|' || attempt_no // 2))) as int) as clock
from attempts
