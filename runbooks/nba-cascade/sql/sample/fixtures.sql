-- One row per game of the season, 1,230 a season: 82 rounds of a shuffled round robin by the circle method. A round fills two
-- dates (the first and one in the middle three, the last one), so no team plays twice a date.
with numbered_rounds as (
  select
    season_year,
    world,
    lap,
    turn,
    row_number() over (partition by season_year order by dice(world || '|round|' || lap || '|' || turn), lap, turn) as round_no
  from seasons
  cross join (select unnest(range(3)) as lap) as laps
  cross join (select unnest(range(29)) as turn) as turns
  where lap < 2 or turn < 24
),
pairings as (
  select
    season_year,
    world,
    lap,
    round_no,
    turn,
    pair_no,
    case when pair_no = 0 then 29 else (turn + pair_no) % 29 end as one_no,
    (turn - pair_no + 29) % 29 as other_no
  from numbered_rounds
  cross join (select unnest(range(15)) as pair_no) as pairs
),
-- The hosts of a lap are the guests of the next; within a lap home and away alternate by turn.
seated as (
  select
    *,
    case when ((case when pair_no = 0 then turn + 1 else pair_no end) + lap) % 2 = 1 then one_no else other_no end as home_no,
    case when ((case when pair_no = 0 then turn + 1 else pair_no end) + lap) % 2 = 1 then other_no else one_no end as away_no
  from pairings
),
-- A team leans to the early or the late date of its rounds and changes slowly, which keeps back-to-backs rare.
leaning_knots as (
  select
    season_year,
    circle_no,
    knot,
    first_of(dice(world || '|leaning|' || team || '|' || knot)) as leaning
  from teams
  cross join (select unnest(range(43)) as knot) as knots
),
leanings as (
  select
    early.season_year,
    early.circle_no,
    round_no,
    early.leaning + (late.leaning - early.leaning) * ((round_no % 2) / 2e0) as leaning
  from (select unnest(range(1, 83)) as round_no) as rounds
  inner join leaning_knots as early on early.knot = round_no // 2
  inner join leaning_knots as late on late.season_year = early.season_year
    and late.circle_no = early.circle_no
    and late.knot = early.knot + 1
),
placed as (
  select
    seated.season_year,
    seated.world,
    seated.round_no,
    seated.home_no,
    seated.away_no,
    row_number() over (
      partition by seated.season_year, seated.round_no
      order by home.leaning + away.leaning, seated.home_no
    ) as place_no,
    case
      when seated.round_no = 1 then 1
      when seated.round_no <= 41 then 2 * seated.round_no
      when seated.round_no <= 81 then 2 * seated.round_no + 1
      else 165
    end as first_day_no
  from seated
  inner join leanings as home on home.season_year = seated.season_year
    and home.circle_no = seated.home_no
    and home.round_no = seated.round_no
  inner join leanings as away on away.season_year = seated.season_year
    and away.circle_no = seated.away_no
    and away.round_no = seated.round_no
),
sized as (
  select
    placed.*,
    case
      when round_no = 1 then (place_no > 2)::int + (place_no > 12)::int
      when round_no = 41 then (place_no > 6)::int + (place_no > 11)::int
      when round_no = 82 then 0
      else (place_no > clamp(round(15 * early.appeal / (early.appeal + late.appeal)), 4, 11))::int
    end as day_offset
  from placed
  inner join game_days as early on early.season_year = placed.season_year and early.day_no = placed.first_day_no
  left join game_days as late on late.season_year = placed.season_year and late.day_no = placed.first_day_no + 1
)
select
  sized.season_year,
  sized.world,
  sized.season_year * 2000 + (sized.round_no - 1) * 15 + sized.place_no as game_no,
  days.game_date,
  days.day_no,
  away.team as away_team,
  home.team as home_team,
  strftime(days.game_date, '%Y%m%d') || '_' || away.team || '_' || home.team as game_id,
  case
    when dayofweek(days.game_date) in (0, 6) and first_of(bits) < 0.22e0 then ['12:30:00', '13:00:00', '15:30:00', '17:00:00'][1 + cast(floor(4 * second_of(bits)) as int)]
    when home.arena_zone = 'E' then ['19:00:00', '19:00:00', '19:30:00', '20:00:00'][1 + cast(floor(4 * second_of(bits)) as int)]
    when home.arena_zone = 'C' then ['20:00:00', '20:00:00', '20:30:00'][1 + cast(floor(3 * second_of(bits)) as int)]
    when home.arena_zone = 'M' then ['21:00:00', '21:00:00', '22:00:00'][1 + cast(floor(3 * second_of(bits)) as int)]
    else ['22:00:00', '22:00:00', '22:30:00'][1 + cast(floor(3 * second_of(bits)) as int)]
  end as tipoff_et
from (
  select
    *,
    dice(world || '|tipoff|' || round_no || '|' || place_no) as bits
  from sized
) as sized
inner join game_days as days on days.season_year = sized.season_year and days.day_no = sized.first_day_no + sized.day_offset
inner join teams as home on home.season_year = sized.season_year and home.circle_no = sized.home_no
inner join teams as away on away.season_year = sized.season_year and away.circle_no = sized.away_no
