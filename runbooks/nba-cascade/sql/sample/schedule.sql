-- One row per scheduled game: the games played, with their scores, and the put-off ones on the date they were not played.
-- The league numbers games in the order in which they were planned, and a put-off game keeps its number.
with numbered as (
  select
    fixtures.*,
    planned_date,
    planned_game_id,
    '002' || lpad(cast(fixtures.season_year % 100 as varchar), 2, '0') || lpad(
      cast(row_number() over (partition by fixtures.season_year order by coalesce(planned_date, game_date), tipoff_et, game_id) as varchar), 5, '0'
    ) as nba_game_id
  from fixtures
  left join postponements on postponements.game_no = fixtures.game_no
),
scores as (
  select
    game_no,
    cast(sum(case when is_home then 0 else points end) as bigint) as away_score,
    cast(sum(case when is_home then points else 0 end) as bigint) as home_score
  from lines
  group by game_no
)
select
  game_id,
  nba_game_id,
  game_date,
  season_year,
  away_team as away_team_abbr,
  home_team as home_team_abbr,
  cast(3 as bigint) as game_status,
  away_score,
  home_score,
  tipoff_et,
  numbered.game_no
from numbered
inner join scores on scores.game_no = numbered.game_no
union all
select
  planned_game_id,
  nba_game_id,
  planned_date,
  season_year,
  away_team,
  home_team,
  cast(1 as bigint),
  null,
  null,
  tipoff_et,
  game_no
from numbered
where planned_date <= cast(@last_date as date)
