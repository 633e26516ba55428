-- One row per player, game and bookmaker on the three dates of which lines were kept; a line is what the player's role promises.
with offered as (
  select
    listings.game_id,
    listings.game_date,
    listings.player_lookup,
    listings.world,
    listings.game_no,
    listings.player_no,
    [34.5e0, 33e0, 31.5e0, 30e0, 28e0, 25.5e0, 23e0, 20.5e0][listings.place_no] * 0.44e0 * players.appetite
      + bell(dice(listings.world || '|line|' || listings.game_no || '|' || listings.player_no)) as promise
  from listings
  inner join players on players.season_year = listings.season_year and players.player_no = listings.player_no
  where listings.place_no <= 8
    and listings.player_status <> 'inactive'
    and listings.game_date in (
      season_date(listings.season_year, 10, 31), season_date(listings.season_year, 11, 2), season_date(listings.season_year, 11, 8)
    )
    and first_of(dice(listings.world || '|offered|' || listings.game_no || '|' || listings.player_no)) < 0.5e0
),
quoted as (
  select
    *,
    dice(world || '|quote|' || game_no || '|' || player_no || '|' || bookmaker) as bits
  from offered
  cross join (values ('draftkings'), ('fanduel'), ('pointsbet')) as bookmakers (bookmaker)
)
select
  game_id,
  game_date,
  player_lookup,
  bookmaker,
  floor(promise + case when third_of(bits) < 0.1e0 then 1 when third_of(bits) > 0.9e0 then -1 else 0 end) + 0.5e0 as points_line,
  cast(-125 + 5 * floor(5 * second_of(bits)) as bigint) as over_price
from quoted
where first_of(bits) < 0.75e0
