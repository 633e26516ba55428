-- One row per game that is tied after regulation: it goes to one overtime, and if that is tied too, the last free throw of
-- `breaker_no` decides it.
with scored as (
  select game_no, is_home, is_overtime, case when is_made then case zone when 3 then 3 else 2 end else 0 end as points
  from shots
  union all
  select game_no, is_home, false, is_made::int
  from free_throws
),
margins as (
  select
    game_no,
    sum(case when is_overtime then 0 when is_home then points else -points end) as regulation_margin,
    sum(case when is_home then points else -points end) as margin
  from scored
  group by game_no
)
select
  margins.game_no,
  case when margin = 0 then breakers.is_home end as breaker_is_home,
  case when margin = 0 then breakers.player_no end as breaker_no
from margins
inner join (
  select game_no, is_home, player_no
  from appearances
  qualify row_number() over (partition by game_no order by share * shot_weight desc, player_no) = 1
) as breakers on breakers.game_no = margins.game_no
where regulation_margin = 0
