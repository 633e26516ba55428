-- A listed player's shot profile, as it stood before the first game of a date.
-- Grain: one row per player listed in a final game of a calendar date from @start_date to @end_date; key
-- (player_lookup, analysis_date). Windows: his previous 10 and 20 games, below the date and inside its season.
-- Sums are made once per game he played; a listing then takes those of the newest game before it, so that the cost
-- grows with games and listings, not with their product.
with calendar_days as (
  select game_date, season_year
  from nba_processing.season_calendar
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date <= @end_date
),
listings as (
  select distinct listed.player_lookup, listed.game_date, calendar_days.season_year
  from nba_raw.nbac_gamebook_player_stats as listed
  join nba_raw.nbac_schedule as schedule on schedule.game_id = listed.game_id and schedule.game_date = listed.game_date
  join calendar_days on calendar_days.game_date = listed.game_date
  where listed.game_date between @start_date and @end_date
    and schedule.game_date between @start_date and @end_date
    and schedule.game_status = 3
),
games_played as (
  select distinct played.player_lookup, played.game_date, calendar_days.season_year, played.game_id
  from nba_raw.nbac_gamebook_player_stats as played
  join calendar_days on calendar_days.game_date = played.game_date
  where played.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and played.game_date < @end_date
    and played.player_status = 'active'
),
games_known as (
  select
    games.player_lookup, games.game_date, calendar_days.season_year, games.game_id,
    case when games.has_shot_zones then 1 else 0 end as zone_games,
    case when games.has_shot_zones then games.paint_attempts else 0 end as paint_attempts,
    case when games.has_shot_zones then games.paint_makes else 0 end as paint_makes,
    case when games.has_shot_zones then games.mid_range_attempts else 0 end as mid_range_attempts,
    case when games.has_shot_zones then games.mid_range_makes else 0 end as mid_range_makes,
    case when games.has_shot_zones then games.zone_three_attempts else 0 end as three_pt_attempts,
    case when games.has_shot_zones then games.zone_three_makes else 0 end as three_pt_makes,
    case when games.has_shot_zones then games.assisted_fg_makes else 0 end as assisted_makes,
    case when games.has_shot_zones then games.unassisted_fg_makes else 0 end as unassisted_makes
  from nba_analytics.player_game_summary as games
  join calendar_days on calendar_days.game_date = games.game_date
  where games.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and games.game_date < @end_date
),
form_after_game as (
  select
    player_lookup, season_year,
    row_number() over (partition by player_lookup, season_year order by game_date, game_id) as game_number,
    count(*) over last_10 as games_in_sample_10,
    count(*) over last_20 as games_in_sample_20,
    cast(sum(zone_games) over last_10 as int64) as games_with_zones_10,
    cast(sum(paint_attempts) over last_10 as int64) as paint_attempts,
    cast(sum(paint_makes) over last_10 as int64) as paint_makes,
    cast(sum(mid_range_attempts) over last_10 as int64) as mid_range_attempts,
    cast(sum(mid_range_makes) over last_10 as int64) as mid_range_makes,
    cast(sum(three_pt_attempts) over last_10 as int64) as three_pt_attempts,
    cast(sum(three_pt_makes) over last_10 as int64) as three_pt_makes,
    cast(sum(paint_attempts + mid_range_attempts + three_pt_attempts) over last_10 as int64) as shots,
    cast(sum(assisted_makes) over last_10 as int64) as assisted_makes,
    cast(sum(unassisted_makes) over last_10 as int64) as unassisted_makes,
    cast(sum(paint_attempts) over last_20 as int64) as paint_attempts_20,
    cast(sum(paint_makes) over last_20 as int64) as paint_makes_20,
    cast(sum(paint_attempts + mid_range_attempts + three_pt_attempts) over last_20 as int64) as shots_20
  from games_known
  window
    last_10 as (partition by player_lookup, season_year order by game_date, game_id rows between 9 preceding and current row),
    last_20 as (partition by player_lookup, season_year order by game_date, game_id rows between 19 preceding and current row)
),
-- Events of a player in time; on one date the listing stands before the games, so that it counts earlier dates only.
events as (
  select player_lookup, season_year, game_date, 0 as event_order, '' as game_id, 0 as known, 0 as played from listings
  union all
  select player_lookup, season_year, game_date, 1, game_id, 1, 0 from games_known
  union all
  select player_lookup, season_year, game_date, 2, game_id, 0, 1 from games_played
),
events_counted as (
  select
    player_lookup, season_year, game_date, event_order,
    cast(sum(known) over so_far as int64) as games_known,
    cast(sum(played) over so_far as int64) as games_played
  from events
  window so_far as (
    partition by player_lookup, season_year order by game_date, event_order, game_id
    rows between unbounded preceding and current row
  )
),
samples as (
  select
    listed.player_lookup, listed.game_date as analysis_date, listed.games_known, listed.games_played,
    form.games_in_sample_10, form.games_in_sample_20, form.games_with_zones_10, form.shots,
    form.paint_attempts, form.paint_makes, form.mid_range_attempts, form.mid_range_makes,
    form.three_pt_attempts, form.three_pt_makes, form.assisted_makes, form.unassisted_makes,
    form.paint_attempts_20, form.paint_makes_20, form.shots_20,
    case
      when listed.games_known < @min_games and listed.games_played >= @min_games then 'INCOMPLETE_UPSTREAM'
      when listed.games_known < @min_games and listed.games_known = 0 and listed.games_played = 0 then 'INSUFFICIENT_DATA'
      when listed.games_known < @min_games then 'EXPECTED_INCOMPLETE'
      when form.shots = 0 then 'NO_SHOT_ZONE'
    end as failure_category
  from events_counted as listed
  left join form_after_game as form
    on form.player_lookup = listed.player_lookup
    and form.season_year = listed.season_year
    and form.game_number = listed.games_known
  where listed.event_order = 0
),
rates as (
  select
    player_lookup, analysis_date, games_in_sample_10, games_in_sample_20, games_with_zones_10,
    shots as total_shots_last_10,
    round(round(100 * paint_attempts / nullif(shots, 0), 9) * 1e2) / 1e2 as paint_rate_last_10,
    round(round(100 * mid_range_attempts / nullif(shots, 0), 9) * 1e2) / 1e2 as mid_range_rate_last_10,
    round(round(100 * three_pt_attempts / nullif(shots, 0), 9) * 1e2) / 1e2 as three_pt_rate_last_10,
    round(round(paint_makes / nullif(paint_attempts, 0), 9) * 1e3) / 1e3 as paint_pct_last_10,
    round(round(mid_range_makes / nullif(mid_range_attempts, 0), 9) * 1e3) / 1e3 as mid_range_pct_last_10,
    round(round(three_pt_makes / nullif(three_pt_attempts, 0), 9) * 1e3) / 1e3 as three_pt_pct_last_10,
    round(round(paint_attempts / nullif(games_with_zones_10, 0), 9) * 1e2) / 1e2 as paint_attempts_per_game,
    round(round(mid_range_attempts / nullif(games_with_zones_10, 0), 9) * 1e2) / 1e2 as mid_range_attempts_per_game,
    round(round(three_pt_attempts / nullif(games_with_zones_10, 0), 9) * 1e2) / 1e2 as three_pt_attempts_per_game,
    round(round(100 * assisted_makes / nullif(assisted_makes + unassisted_makes, 0), 9) * 1e2) / 1e2 as assisted_rate_last_10,
    round(round(100 * unassisted_makes / nullif(assisted_makes + unassisted_makes, 0), 9) * 1e2) / 1e2 as unassisted_rate_last_10,
    case when games_in_sample_20 >= 15 then round(round(100 * paint_attempts_20 / nullif(shots_20, 0), 9) * 1e2) / 1e2 end as paint_rate_last_20,
    case when games_in_sample_20 >= 15 then round(round(paint_makes_20 / nullif(paint_attempts_20, 0), 9) * 1e3) / 1e3 end as paint_pct_last_20
  from samples
  where failure_category is null
    and paint_makes <= paint_attempts and mid_range_makes <= mid_range_attempts and three_pt_makes <= three_pt_attempts
),
profiles as (
  select
    *,
    case
      when paint_rate_last_10 >= 40 then 'paint'
      when three_pt_rate_last_10 >= 40 then 'perimeter'
      when mid_range_rate_last_10 >= 35 then 'mid_range'
      else 'balanced'
    end as primary_scoring_zone,
    case when games_in_sample_10 >= 10 then 'high' when games_in_sample_10 >= 7 then 'medium' else 'low' end as data_quality_tier
  from rates
)
select
  samples.player_lookup,
  samples.analysis_date,
  profiles.games_in_sample_10,
  profiles.games_in_sample_20,
  profiles.games_with_zones_10,
  profiles.total_shots_last_10,
  profiles.paint_rate_last_10,
  profiles.mid_range_rate_last_10,
  profiles.three_pt_rate_last_10,
  profiles.paint_pct_last_10,
  profiles.mid_range_pct_last_10,
  profiles.three_pt_pct_last_10,
  profiles.paint_attempts_per_game,
  profiles.mid_range_attempts_per_game,
  profiles.three_pt_attempts_per_game,
  profiles.assisted_rate_last_10,
  profiles.unassisted_rate_last_10,
  profiles.paint_rate_last_20,
  profiles.paint_pct_last_20,
  profiles.primary_scoring_zone,
  profiles.data_quality_tier,
  case
    when samples.failure_category is not null then samples.failure_category
    when profiles.player_lookup is null then 'PROCESSING_ERROR'
  end as failure_category,
  case
    when samples.failure_category = 'INCOMPLETE_UPSTREAM'
      then 'player_game_summary has ' || cast(samples.games_known as string) || ' of the '
        || cast(samples.games_played as string) || ' games played in nbac_gamebook_player_stats this season'
    when samples.failure_category = 'INSUFFICIENT_DATA' then 'no game this season in player_game_summary or nbac_gamebook_player_stats'
    when samples.failure_category = 'EXPECTED_INCOMPLETE'
      then 'player_game_summary holds ' || cast(samples.games_known as string) || ' of the '
        || cast(@min_games as string) || ' games needed this season'
    when samples.failure_category = 'NO_SHOT_ZONE'
      then 'player_game_summary has no field goal attempt with a zone in the last '
        || cast(samples.games_in_sample_10 as string) || ' games, ' || cast(samples.games_with_zones_10 as string) || ' of them with zones'
    when profiles.player_lookup is null then 'player_game_summary gives more makes than attempts in a zone'
  end as failure_reason
from samples
left join profiles on profiles.player_lookup = samples.player_lookup and profiles.analysis_date = samples.analysis_date
