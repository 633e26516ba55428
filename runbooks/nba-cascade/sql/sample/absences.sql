-- One row per time a player cannot play: an injury or illness with its first and last day. Some begin before the season; from
-- mid-December to early January many are short and come at once.
with weeks as (
  select
    players.season_year,
    players.player_no,
    players.place_no,
    players.is_stopper,
    week_no,
    dice(players.world || '|absence|' || players.player_no || '|' || week_no) as bits,
    season_date(players.season_year, 10, 19) + 7 * week_no as week_date
  from players
  cross join (select cast(unnest(range(-1, 25)) as int) as week_no) as week_nos
  where season_date(players.season_year, 10, 19) + 7 * week_no <= cast(@last_date as date)
),
begun as (
  select
    *,
    cast(week_date + cast(floor(7 * third_of(bits)) as int) as date) as from_date,
    week_no between 8 and 10 as is_wave,
    (second_of(bits) * 4096) % 1 as length_draw
  from weeks
  where not is_stopper
    and first_of(bits) < case
      when week_no = -1 and place_no <= 15 then 0.035e0
      when week_no = -1 then 0e0
      when week_no between 8 and 10 then 0.13e0
      when place_no >= 16 then 0.03e0
      else 0.052e0
    end
)
select
  season_year,
  player_no,
  case when week_no = -1 then season_date(season_year, 10, 1) else from_date end as from_date,
  cast(
    case
      when week_no = -1 then season_date(season_year, 11, 1) + cast(floor(150 * length_draw * length_draw) as int)
      when is_wave then from_date + 5 + cast(floor(6 * length_draw) as int)
      when length_draw < 0.5e0 then from_date + cast(floor(12 * length_draw) as int)
      when length_draw < 0.8e0 then from_date + 6 + cast(floor(34 * (length_draw - 0.5e0)) as int)
      when length_draw < 0.95e0 then from_date + 16 + cast(floor(130 * (length_draw - 0.8e0)) as int)
      else from_date + 36 + cast(floor(1000 * (length_draw - 0.95e0)) as int)
    end as date
  ) as to_date,
  case
    when is_wave then 'Health and Safety Protocols'
    else ['Injury/Illness - Left Ankle; Sprain', 'Injury/Illness - Right Knee; Soreness', 'Injury/Illness - Low Back; Tightness', 'Injury/Illness - Left Hamstring; Strain', 'Injury/Illness - Right Wrist; Sprain', 'Injury/Illness - N/A; Illness', 'Injury/Illness - Left Calf; Strain', 'Injury/Illness - Right Shoulder; Contusion'][1 + cast(floor(8 * ((third_of(bits) * 4096) % 1)) as int)]
  end as reason
from begun
