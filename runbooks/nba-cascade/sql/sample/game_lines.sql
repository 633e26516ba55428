-- Two rows per final game: the closing line as the two teams' true strength, the arena and the market's error make it.
with strengths as (
  select
    games.game_id,
    games.game_date,
    games.home_team,
    games.away_team,
    87 * (
      2.4e0 * (home.offense_edge - away.offense_edge + 0.016e0)
      + 0.9e0 * (away.paint_leak - home.paint_leak)
      + 0.3e0 * (away.mid_leak - home.mid_leak)
      + 1.2e0 * (away.three_leak - home.three_leak)
    ) + 1.8e0 * bell(dice(games.world || '|spread|' || games.game_no)) as home_margin,
    220.5e0
    + 2.2e0 * (home.pace_edge + away.pace_edge)
    + 87 * (
      2.4e0 * (home.offense_edge + away.offense_edge)
      + 0.9e0 * (away.paint_leak + home.paint_leak)
      + 0.3e0 * (away.mid_leak + home.mid_leak)
      + 1.2e0 * (away.three_leak + home.three_leak)
    ) + 2.5e0 * bell(dice(games.world || '|total|' || games.game_no)) as total
  from games
  inner join teams as home on home.season_year = games.season_year and home.team = games.home_team
  inner join teams as away on away.season_year = games.season_year and away.team = games.away_team
),
lines_of_games as (
  select
    *,
    clamp(round(2 * home_margin) / 2, -22e0, 22e0) as favour,
    clamp(round(2 * total) / 2, 185e0, 255e0) as game_total
  from strengths
)
select game_id, game_date, away_team as team_abbr, 0e0 + favour as game_spread, game_total
from lines_of_games
union all
select game_id, game_date, home_team, 0e0 - favour, game_total
from lines_of_games
