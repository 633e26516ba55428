-- One row per report day, game and player on the report, for report days from October 18 to November 21: what was said the evening
-- before the game, and what was said on its day. A team that had not submitted has one row `*`.
with listed as (
  select
    listings.*,
    (
      select min(absences.reason)
      from absences
      where absences.season_year = listings.season_year
        and absences.player_no = listings.player_no
        and listings.game_date between absences.from_date and absences.to_date
    ) as absence_reason
  from listings
  where game_date between season_date(season_year, 10, 19) and season_date(season_year, 11, 22)
),
reported as (
  select
    listed.*,
    days_before,
    cast(game_date - days_before as date) as report_date,
    first_of(dice(world || '|submitted|' || game_no || '|' || team)) < 0.04e0 and days_before = 1 as is_late,
    dice(world || '|report|' || game_no || '|' || player_no || '|' || days_before) as bits
  from listed
  cross join (values (0), (1)) as kinds (days_before)
  where cast(game_date - days_before as date) <= season_date(season_year, 11, 21)
),
judged as (
  select
    *,
    case
      when is_hurt and player_status <> 'active' and days_before = 0 then
        case when first_of(bits) < 0.97e0 then 'out' when first_of(bits) < 0.98e0 then 'questionable' end
      when is_hurt and player_status <> 'active' then
        case when first_of(bits) < 0.83e0 then 'out' when first_of(bits) < 0.87e0 then 'doubtful' when first_of(bits) < 0.96e0 then 'questionable' end
      when place_no in (16, 17) and player_status = 'inactive' then
        case when first_of(bits) < 0.5e0 then 'out' end
      when player_status = 'active' and days_before = 0 then
        case when first_of(bits) < 0.045e0 then 'available' when first_of(bits) < 0.055e0 then 'probable' when first_of(bits) < 0.062e0 then 'questionable' end
      when player_status = 'active' then
        case when first_of(bits) < 0.02e0 then 'probable' when first_of(bits) < 0.045e0 then 'questionable' when first_of(bits) < 0.05e0 then 'available' when first_of(bits) < 0.054e0 then 'out' end
    end as injury_status
  from reported
)
select
  report_date,
  game_date,
  game_id,
  team as team_abbr,
  player_lookup,
  injury_status,
  case
    when absence_reason is not null then absence_reason
    when place_no in (16, 17) and injury_status = 'out' then 'G League - Two-Way'
    when second_of(bits) < 0.9e0 then 'Injury/Illness - Left Knee; Soreness'
  end as reason
from judged
where injury_status is not null and not is_late
union all
select distinct
  report_date,
  game_date,
  game_id,
  team,
  '*',
  'not_submitted',
  null
from judged
where is_late
