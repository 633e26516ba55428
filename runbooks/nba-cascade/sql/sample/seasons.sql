-- One row per season; `world` begins every key that is thrown for it.
select
  cast(season_year as bigint) as season_year,
  cast(@seed as varchar) || '|' || season_year as world
from (
  select cast(@first_season as bigint) + unnest(range(cast(@seasons as bigint))) as season_year
) as years
