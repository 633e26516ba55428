-- One row per season and game date, 165 a season: all days but Thanksgiving, Christmas Eve, the All-Star week and one day in April.
-- `appeal` is how many games a weekday draws.
with days as (
  select
    season_year,
    world,
    cast(unnest(generate_series(season_date(season_year, 10, 19), season_date(season_year, 4, 10), interval 1 day)) as date) as game_date
  from seasons
)
select
  season_year,
  game_date,
  row_number() over (partition by season_year order by game_date) as day_no,
  [6, 9, 4, 11, 4, 10, 7][1 + dayofweek(game_date)] * (0.75e0 + 0.5e0 * first_of(dice(world || '|appeal|' || game_date))) as appeal
from days
where not (month(game_date) = 11 and day(game_date) = 25)
  and not (month(game_date) = 12 and day(game_date) = 24)
  and not (month(game_date) = 2 and day(game_date) in (18, 19, 20, 21, 22, 23, 29))
  and not (month(game_date) = 4 and day(game_date) = 4)
