-- One row per season and player, 22 places a team: 1-5 starters, 6-10 rotation, 11-15 bench, 16-17 two-way contracts,
-- 18-20 hardship contracts, 21-22 later signings. Names are put together from invented parts and belong to no real person.
with parts as (
  select
    ['Ab', 'Bren', 'Cor', 'Da', 'De''', 'El', 'Fen', 'Gav', 'Hol', 'Ish', 'Jor', 'Ka', 'Lu', 'Mar', 'Nol', 'Or', 'Pel', 'Quin', 'Ro', 'Ter', 'Uz', 'Vel', 'Wen', 'Zed'] as first_heads,
    ['ado', 'eth', 'irin', 'kell', 'mond', 'nik', 'rell', 'sean', 'tavi', 'vian'] as first_tails,
    ['Ald', 'Bar', 'Cal', 'Dor', 'Dra', 'Els', 'Far', 'Gun', 'Hal', 'Ing', 'Jar', 'Kov', 'Lin', 'Mal', 'Nor', 'O''Dr', 'Pet', 'Rav', 'Sol', 'Tam', 'Ur', 'Vas', 'Whit', 'Yel', 'Zub', 'Ost', 'Bel', 'Cro', 'Hend', 'Mo'] as last_heads,
    ['acombe', 'aković', 'alund', 'arez', 'berry', 'eaux', 'ebanks', 'enko', 'ersby', 'essian', 'ford', 'gate', 'illard', 'ingsley', 'iola', 'iššon', 'mere', 'nagh', 'okwe', 'orsen', 'ovale', 'quist', 'ridge', 'stead', 'uba', 'ünal', 'vane', 'wick', 'worth', 'yards'] as last_tails
),
places as (
  select
    season_year,
    world,
    team,
    place_no,
    (alphabet_no * 22 + place_no + 97 * season_year) % 660 as player_no
  from teams
  cross join (select unnest(range(1, 23)) as place_no) as place_nos
),
-- A step prime to the number of combinations gives every player another one.
named as (
  select
    *,
    (player_no * (60 * (200 + cast(floor(2000 * first_of(naming)) as bigint)) + 7) + cast(floor(216000 * second_of(naming)) as bigint)) % 216000 as name_no,
    dice(world || '|player|' || player_no) as bits,
    dice(world || '|taste|' || player_no) as taste,
    dice(world || '|craft|' || player_no) as craft
  from places
  cross join (select dice(cast(@seed as varchar) || '|names') as naming) as namings
),
spelled as (
  select
    named.*,
    first_heads[1 + cast(name_no % 24 as int)] || first_tails[1 + cast((name_no // 24) % 10 as int)]
      || ' '
      || last_heads[1 + cast((name_no // 240) % 30 as int)] || last_tails[1 + cast((name_no // 7200) % 30 as int)]
      || case when name_no % 29 = 0 then ' Jr.' when name_no % 97 = 0 then ' III' else '' end as player_name,
    case
      when first_of(bits) < 0.27e0 then 'big'
      when first_of(bits) < 0.36e0 then 'mid'
      when first_of(bits) < 0.68e0 then 'wing'
      else 'guard'
    end as build
  from named
  cross join parts
)
select
  season_year,
  world,
  team,
  place_no,
  player_no,
  player_name,
  lookup_of(player_name) as player_lookup,
  build,
  -- Two players a season only come in to defend for seconds and do not shoot before mid-January.
  place_no = 14 and row_number() over (
    partition by season_year, place_no
    order by second_of(bits), player_no
  ) <= 2 as is_stopper,
  second_of(bits) as regard,
  third_of(bits) as fortune,
  case build when 'big' then 0.66e0 when 'mid' then 0.31e0 when 'wing' then 0.39e0 else 0.38e0 end
    + 0.20e0 * (first_of(taste) - 0.5e0) as paint_taste,
  case build when 'big' then 0.13e0 when 'mid' then 0.42e0 when 'wing' then 0.13e0 else 0.16e0 end
    + 0.12e0 * (second_of(taste) - 0.5e0) as mid_taste,
  0.06e0 * (third_of(taste) - 0.5e0) as touch,
  case build when 'big' then 0.6e0 when 'guard' then 1.9e0 else 0.9e0 end * (0.6e0 + 0.8e0 * first_of(craft)) as passing,
  case build when 'big' then 1.9e0 when 'guard' then 0.5e0 else 0.9e0 end * (0.6e0 + 0.8e0 * second_of(craft)) as size,
  (0.85e0 + 0.3e0 * third_of(craft))
    * [1.5e0, 1.26e0, 1.04e0, 0.92e0, 0.85e0, 0.98e0, 0.95e0, 0.92e0, 0.9e0, 0.9e0, 0.9e0][least(place_no, 11)] as appetite
from spelled
