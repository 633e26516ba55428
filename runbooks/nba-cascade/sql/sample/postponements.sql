-- One row per put-off game: it was planned on a date in late December on which both teams turned out to be free, and played later.
with candidates as (
  select
    *,
    season_date(season_year, 12, 13) + cast(floor(18 * first_of(dice(world || '|put off|' || game_no))) as int) as planned_date
  from fixtures
  where game_date between season_date(season_year, 1, 5) and season_date(season_year, 3, 20)
),
free_dates as (
  select
    *,
    row_number() over (partition by season_year order by dice(world || '|put off order|' || game_no), game_no) as pick_no
  from candidates
  where planned_date <> season_date(season_year, 12, 24)
    and not exists (
      select 1
      from fixtures as busy
      where busy.season_year = candidates.season_year
        and busy.game_date = candidates.planned_date
        and (
          busy.home_team in (candidates.home_team, candidates.away_team)
          or busy.away_team in (candidates.home_team, candidates.away_team)
        )
    )
)
select
  season_year,
  game_no,
  cast(planned_date as date) as planned_date,
  strftime(planned_date, '%Y%m%d') || '_' || away_team || '_' || home_team as planned_game_id
from free_dates
where pick_no <= 9
