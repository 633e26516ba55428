-- One row per season and team: place in the round robin, style of play, hour zone of its arena.
with franchises (team, arena_zone) as (
  values
    ('ATL', 'E'), ('BOS', 'E'), ('BKN', 'E'), ('CHA', 'E'), ('CHI', 'C'), ('CLE', 'E'), ('DAL', 'C'), ('DEN', 'M'), ('DET', 'E'),
    ('GSW', 'P'), ('HOU', 'C'), ('IND', 'E'), ('LAC', 'P'), ('LAL', 'P'), ('MEM', 'C'), ('MIA', 'E'), ('MIL', 'C'), ('MIN', 'C'),
    ('NOP', 'C'), ('NYK', 'E'), ('OKC', 'C'), ('ORL', 'E'), ('PHI', 'E'), ('PHX', 'M'), ('POR', 'P'), ('SAC', 'P'), ('SAS', 'C'),
    ('TOR', 'E'), ('UTA', 'M'), ('WAS', 'E')
)
select
  season_year,
  world,
  team,
  arena_zone,
  row_number() over (partition by season_year order by team) - 1 as alphabet_no,
  row_number() over (partition by season_year order by dice(world || '|circle|' || team), team) - 1 as circle_no,
  2.6e0 * bell(dice(world || '|pace|' || team)) as pace_edge,
  0.017e0 * bell(dice(world || '|offense|' || team)) as offense_edge,
  0.019e0 * bell(dice(world || '|paint|' || team)) as paint_leak,
  0.012e0 * bell(dice(world || '|mid|' || team)) as mid_leak,
  0.017e0 * bell(dice(world || '|three|' || team)) as three_leak
from seasons
cross join franchises
