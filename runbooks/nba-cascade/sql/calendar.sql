-- One row per game date: a date with at least one final game. Key game_date. Reads the whole schedule:
-- the bound on game_date excludes nothing and is there for warehouses that refuse to read a table without one.
-- Days are counted by the Gregorian rule over years that begin in March, as the two dialects subtract dates differently.
with game_dates as (
  select
    game_date,
    season_year,
    cast(count(*) as int64) as games,
    extract(year from game_date) - case when extract(month from game_date) < 3 then 1 else 0 end as march_year,
    extract(month from game_date) + case when extract(month from game_date) < 3 then 9 else 0 - 3 end as march_month,
    extract(day from game_date) as day_of_month
  from nba_raw.nbac_schedule
  where game_status = 3
    and game_date >= date '1946-01-01'
  group by game_date, season_year
),
numbered_dates as (
  select
    game_date,
    season_year,
    games,
    365 * march_year
      + cast(floor(march_year / 4) as int64)
      - cast(floor(march_year / 100) as int64)
      + cast(floor(march_year / 400) as int64)
      + cast(floor((153 * march_month + 2) / 5) as int64)
      + day_of_month as day_number
  from game_dates
),
days_of_season as (
  select
    game_date,
    season_year,
    games,
    day_number - min(day_number) over (partition by season_year) as day_of_season
  from numbered_dates
)
select
  game_date,
  season_year,
  cast(day_of_season as int64) as day_of_season,
  cast(floor(day_of_season / 7) as int64) + 1 as week_of_season,
  games
from days_of_season
order by game_date
