-- One row per field goal attempt and free throw that happened, in order of play, with who assisted or blocked it.
with happened as (
  select game_no, is_home, player_no, attempt_no, zone, is_made, distance, clock
  from shots
  where not is_overtime
  union all
  select shots.game_no, is_home, player_no, attempt_no, zone, is_made, distance, clock
  from shots
  inner join endings on endings.game_no = shots.game_no
  where is_overtime
  union all
  select game_no, is_home, player_no, attempt_no, 0, is_made, null, clock
  from free_throws
  union all
  select game_no, breaker_is_home, breaker_no, 99, 0, true, null, 3180
  from endings
  where breaker_no is not null
),
thrown as (
  select
    happened.*,
    dice(world || '|help|' || game_no || '|' || player_no || '|' || attempt_no || '|' || zone) as bits
  from happened
  inner join seasons on seasons.season_year = happened.game_no // 2000
),
helped as (
  select
    * exclude (bits),
    case
      when zone = 0 then null
      when is_made and first_of(bits) < case zone when 1 then 0.52e0 when 2 then 0.42e0 else 0.83e0 end then 'assist'
      when not is_made and first_of(bits) < case zone when 1 then 0.245e0 when 2 then 0.06e0 else 0.012e0 end then 'block'
    end as help,
    second_of(bits) as draw
  from thrown
),
-- Everybody's stretch on a line as long as his side's weights; a draw that skips the shooter's own stretch points at the helper.
stretches as (
  select
    game_no,
    is_home,
    player_no,
    cast(share * passing as bigint) as passing_weight,
    cast(sum(cast(share * passing as bigint)) over so_far as bigint) as passing_end,
    cast(sum(cast(share * passing as bigint)) over side as bigint) as passing_whole,
    cast(share * size as bigint) as size_weight,
    cast(sum(cast(share * size as bigint)) over so_far as bigint) as size_end,
    cast(sum(cast(share * size as bigint)) over side as bigint) as size_whole
  from appearances
  window
    side as (partition by game_no, is_home),
    so_far as (partition by game_no, is_home order by player_no)
),
assist_draws as (
  select
    helped.game_no,
    helped.is_home,
    helped.player_no,
    helped.attempt_no,
    helped.zone,
    cast(floor(draw * (passing_whole - passing_weight)) as bigint) as point,
    passing_end - passing_weight as own_start,
    passing_weight as own_weight
  from helped
  inner join stretches on stretches.game_no = helped.game_no
    and stretches.is_home = helped.is_home
    and stretches.player_no = helped.player_no
  where help = 'assist'
),
helpers as (
  select
    assist_draws.game_no,
    assist_draws.player_no,
    assist_draws.attempt_no,
    assist_draws.zone,
    stretches.player_no as helper_no
  from assist_draws
  inner join stretches on stretches.game_no = assist_draws.game_no
    and stretches.is_home = assist_draws.is_home
    and point + case when point >= own_start then own_weight else 0 end >= passing_end - passing_weight
    and point + case when point >= own_start then own_weight else 0 end < passing_end
  union all
  select
    helped.game_no,
    helped.player_no,
    helped.attempt_no,
    helped.zone,
    stretches.player_no
  from helped
  inner join stretches on stretches.game_no = helped.game_no
    and stretches.is_home = (not helped.is_home)
    and floor(draw * size_whole) >= size_end - size_weight
    and floor(draw * size_whole) < size_end
  where help = 'block'
)
select
  helped.game_no,
  helped.is_home,
  helped.player_no,
  helped.zone,
  helped.is_made,
  helped.distance,
  helped.help,
  helpers.helper_no,
  1 + clock // 720 as period,
  row_number() over (partition by helped.game_no order by clock, helped.player_no, helped.zone, helped.attempt_no) as event_seq
from helped
left join helpers on helpers.game_no = helped.game_no
  and helpers.player_no = helped.player_no
  and helpers.attempt_no = helped.attempt_no
  and helpers.zone = helped.zone
