-- A listed player's form, as it stood before the first game of a date.
-- Grain: one row per player listed in a final game of a calendar date from @start_date to @end_date; key
-- (player_lookup, cache_date). Windows: his previous 5 and 10 games and his season, his team's previous 10 games, all
-- below the date and inside its season. Sums are made once per game; a listing takes those of the newest game before it.
-- Sums are of integers (usage, pace and rating in hundredths), so that no order of summation shows.
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
    games.points, games.seconds_played, games.fg_attempts, games.ft_attempts, games.ft_makes,
    case when games.usage_rate is null then 0 else games.seconds_played end as usage_seconds,
    case when games.usage_rate is null then 0 else cast(round(games.usage_rate * 100) as int64) * games.seconds_played end as usage_hundredths
  from nba_analytics.player_game_summary as games
  join calendar_days on calendar_days.game_date = games.game_date
  where games.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and games.game_date < @end_date
),
form_after_game as (
  select
    player_lookup, season_year,
    count(*) over season as game_number,
    count(*) over last_10 as games_10,
    count(*) over last_5 as games_5,
    count(*) over last_3 as games_3,
    count(*) over fourth_and_fifth as games_4_to_5,
    cast(sum(points) over season as int64) as points_season,
    cast(sum(points) over last_10 as int64) as points_10,
    cast(sum(points * points) over last_10 as int64) as squared_points_10,
    cast(sum(points) over last_5 as int64) as points_5,
    cast(sum(points) over last_3 as int64) as points_3,
    cast(sum(points) over fourth_and_fifth as int64) as points_4_to_5,
    cast(sum(seconds_played) over season as int64) as seconds_season,
    cast(sum(seconds_played) over last_10 as int64) as seconds_10,
    cast(sum(seconds_played) over last_5 as int64) as seconds_5,
    cast(sum(usage_seconds) over season as int64) as usage_seconds,
    cast(sum(usage_hundredths) over season as int64) as usage_hundredths,
    cast(sum(fg_attempts) over last_10 as int64) as fg_attempts_10,
    cast(sum(ft_attempts) over last_10 as int64) as ft_attempts_10,
    cast(sum(ft_makes) over last_10 as int64) as ft_makes_10
  from games_known
  window
    season as (
      partition by player_lookup, season_year order by game_date, game_id rows between unbounded preceding and current row
    ),
    last_10 as (partition by player_lookup, season_year order by game_date, game_id rows between 9 preceding and current row),
    last_5 as (partition by player_lookup, season_year order by game_date, game_id rows between 4 preceding and current row),
    last_3 as (partition by player_lookup, season_year order by game_date, game_id rows between 2 preceding and current row),
    fourth_and_fifth as (
      partition by player_lookup, season_year order by game_date, game_id rows between 4 preceding and 3 preceding
    )
),
-- Events of a player in time; on one date the listing stands before the games, so that it counts earlier dates only.
player_events as (
  select player_lookup, season_year, game_date, 0 as event_order, '' as game_id, 0 as known, 0 as played from listings
  union all
  select player_lookup, season_year, game_date, 1, game_id, 1, 0 from games_known
  union all
  select player_lookup, season_year, game_date, 2, game_id, 0, 1 from games_played
),
player_events_counted as (
  select
    player_lookup, season_year, game_date, event_order,
    cast(sum(known) over so_far as int64) as games_known,
    cast(sum(played) over so_far as int64) as games_played
  from player_events
  window so_far as (
    partition by player_lookup, season_year order by game_date, event_order, game_id
    rows between unbounded preceding and current row
  )
),
team_games as (
  select
    games.team_abbr, games.game_date, calendar_days.season_year, games.game_id,
    cast(round(games.pace * 100) as int64) as pace_hundredths,
    cast(round(games.offensive_rating * 100) as int64) as rating_hundredths
  from nba_analytics.team_offense_game_summary as games
  join calendar_days on calendar_days.game_date = games.game_date
  where games.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and games.game_date < @end_date
),
team_form_after_game as (
  select
    team_abbr, season_year,
    row_number() over (partition by team_abbr, season_year order by game_date, game_id) as game_number,
    count(*) over last_10 as games_10,
    cast(sum(pace_hundredths) over last_10 as int64) as pace_hundredths,
    cast(sum(rating_hundredths) over last_10 as int64) as rating_hundredths
  from team_games
  window last_10 as (partition by team_abbr, season_year order by game_date, game_id rows between 9 preceding and current row)
),
context as (
  select
    context.player_lookup, context.game_date, calendar_days.season_year, context.game_id, context.team_abbr,
    context.usage_rate_last_10, context.days_rest, context.games_in_last_7_days, context.games_in_last_14_days,
    context.minutes_in_last_7_days, context.minutes_in_last_14_days, context.back_to_backs_last_14_days
  from nba_analytics.upcoming_player_game_context as context
  join calendar_days on calendar_days.game_date = context.game_date
  where context.game_date between @start_date and @end_date
),
team_events as (
  select distinct team_abbr, season_year, game_date, 0 as event_order, '' as game_id, 0 as known from context
  union all
  select team_abbr, season_year, game_date, 1, game_id, 1 from team_games
),
team_events_counted as (
  select
    team_abbr, season_year, game_date, event_order,
    cast(sum(known) over (
      partition by team_abbr, season_year order by game_date, event_order, game_id
      rows between unbounded preceding and current row
    ) as int64) as games_known
  from team_events
),
team_forms as (
  select
    dates.team_abbr, dates.game_date,
    round(round(form.pace_hundredths / (form.games_10 * 100), 9) * 1e2) / 1e2 as team_pace_last_10,
    round(round(form.rating_hundredths / (form.games_10 * 100), 9) * 1e2) / 1e2 as team_off_rating_last_10
  from team_events_counted as dates
  join team_form_after_game as form
    on form.team_abbr = dates.team_abbr
    and form.season_year = dates.season_year
    and form.game_number = dates.games_known
  where dates.event_order = 0
),
upstream_failures as (
  select
    processor_name, analysis_date, entity_id,
    case when failure_category = 'PROCESSING_ERROR' then 'INCOMPLETE_UPSTREAM' else failure_category end as carried_category,
    failure_category || ': ' || coalesce(failure_reason, 'no reason') as carried_reason
  from nba_processing.precompute_failures
  where analysis_date between @start_date and @end_date
    and processor_name in ('PSZA', 'PCF')
),
inputs as (
  select
    listed.player_lookup, listed.game_date as cache_date, listed.season_year, listed.games_known,
    case
      when context.player_lookup is null then 'INCOMPLETE_UPSTREAM'
      when listed.games_known < @min_games and listed.games_played >= @min_games then 'INCOMPLETE_UPSTREAM'
      when listed.games_known < @min_games and listed.games_known = 0 and listed.games_played = 0 then 'INSUFFICIENT_DATA'
      when listed.games_known < @min_games then 'EXPECTED_INCOMPLETE'
      when shots.player_lookup is null then coalesce(shots_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when factors.player_lookup is null then coalesce(factors_failure.carried_category, 'INCOMPLETE_UPSTREAM')
    end as failure_category,
    case
      when context.player_lookup is null then 'no row in upcoming_player_game_context'
      when listed.games_known < @min_games and listed.games_played >= @min_games
        then 'player_game_summary has ' || cast(listed.games_known as string) || ' of the '
          || cast(listed.games_played as string) || ' games played in nbac_gamebook_player_stats this season'
      when listed.games_known < @min_games and listed.games_known = 0 and listed.games_played = 0
        then 'no game this season in player_game_summary or nbac_gamebook_player_stats'
      when listed.games_known < @min_games
        then 'player_game_summary holds ' || cast(listed.games_known as string) || ' of the '
          || cast(@min_games as string) || ' games needed this season'
      when shots.player_lookup is null
        then 'no row in player_shot_zone_analysis, ' || coalesce(shots_failure.carried_reason, 'no failure either')
      when factors.player_lookup is null
        then 'no row in player_composite_factors, ' || coalesce(factors_failure.carried_reason, 'no failure either')
    end as failure_reason,
    context.game_id, context.team_abbr,
    context.usage_rate_last_10, context.days_rest, context.games_in_last_7_days, context.games_in_last_14_days,
    context.minutes_in_last_7_days, context.minutes_in_last_14_days, context.back_to_backs_last_14_days,
    shots.primary_scoring_zone, shots.paint_rate_last_10, shots.three_pt_rate_last_10, shots.assisted_rate_last_10,
    factors.fatigue_score, factors.total_composite_adjustment
  from player_events_counted as listed
  left join context on context.player_lookup = listed.player_lookup and context.game_date = listed.game_date
  left join nba_precompute.player_shot_zone_analysis as shots
    on shots.player_lookup = listed.player_lookup
    and shots.analysis_date = listed.game_date
    and shots.analysis_date between @start_date and @end_date
  left join nba_precompute.player_composite_factors as factors
    on factors.player_lookup = listed.player_lookup
    and factors.game_date = listed.game_date
    and factors.game_date between @start_date and @end_date
  left join upstream_failures as shots_failure
    on shots_failure.processor_name = 'PSZA'
    and shots_failure.analysis_date = listed.game_date
    and shots_failure.entity_id = listed.player_lookup
  left join upstream_failures as factors_failure
    on factors_failure.processor_name = 'PCF'
    and factors_failure.analysis_date = listed.game_date
    and factors_failure.entity_id = listed.player_lookup
  where listed.event_order = 0
),
profiles as (
  select
    inputs.player_lookup, inputs.cache_date, inputs.game_id, inputs.team_abbr,
    inputs.games_known as games_played_season,
    inputs.games_known < 10 as early_season_flag,
    round(round(form.points_5 / form.games_5, 9) * 1e2) / 1e2 as points_avg_last_5,
    round(round(form.points_10 / form.games_10, 9) * 1e2) / 1e2 as points_avg_last_10,
    round(round(form.points_season / form.game_number, 9) * 1e2) / 1e2 as points_avg_season,
    round(round(
      sqrt((form.games_10 * form.squared_points_10 - form.points_10 * form.points_10) / nullif(form.games_10 * (form.games_10 - 1), 0)), 9) * 1e3) / 1e3 as points_std_last_10,
    round(round(form.points_3 / form.games_3 - form.points_4_to_5 / nullif(form.games_4_to_5, 0), 9) * 1e2) / 1e2 as points_trend_last_5,
    round(round(form.seconds_5 / (60 * form.games_5), 9) * 1e2) / 1e2 as minutes_avg_last_5,
    round(round(form.seconds_10 / (60 * form.games_10), 9) * 1e2) / 1e2 as minutes_avg_last_10,
    round(round(form.seconds_season / (60 * form.game_number), 9) * 1e2) / 1e2 as minutes_avg_season,
    round(round(
      (form.seconds_5 / form.games_5 - form.seconds_season / form.game_number) / nullif(form.seconds_season / form.game_number, 0), 9) * 1e4) / 1e4 as minutes_change_ratio,
    inputs.usage_rate_last_10,
    round(round(form.usage_hundredths / nullif(form.usage_seconds * 100, 0), 9) * 1e2) / 1e2 as usage_rate_season,
    round(round(form.points_10 / nullif(2 * (form.fg_attempts_10 + 0.44e0 * form.ft_attempts_10), 0), 9) * 1e3) / 1e3 as ts_pct_last_10,
    round(round(form.ft_makes_10 / nullif(form.points_10, 0), 9) * 1e4) / 1e4 as ft_points_share_last_10,
    team_forms.team_pace_last_10, team_forms.team_off_rating_last_10,
    inputs.days_rest, inputs.games_in_last_7_days, inputs.games_in_last_14_days,
    inputs.minutes_in_last_7_days, inputs.minutes_in_last_14_days, inputs.back_to_backs_last_14_days,
    inputs.primary_scoring_zone, inputs.paint_rate_last_10, inputs.three_pt_rate_last_10, inputs.assisted_rate_last_10,
    inputs.fatigue_score, inputs.total_composite_adjustment
  from inputs
  join form_after_game as form
    on form.player_lookup = inputs.player_lookup
    and form.season_year = inputs.season_year
    and form.game_number = inputs.games_known
  left join team_forms on team_forms.team_abbr = inputs.team_abbr and team_forms.game_date = inputs.cache_date
  where inputs.failure_category is null
),
-- A required value that is NULL although every input row is there: PROCESSING_ERROR below.
sound_profiles as (
  select *
  from profiles
  where points_std_last_10 is not null and points_trend_last_5 is not null and usage_rate_season is not null
    and usage_rate_last_10 is not null and days_rest is not null and primary_scoring_zone is not null and fatigue_score is not null
)
select
  inputs.player_lookup,
  inputs.cache_date,
  profiles.game_id,
  profiles.team_abbr,
  profiles.games_played_season,
  profiles.early_season_flag,
  profiles.points_avg_last_5,
  profiles.points_avg_last_10,
  profiles.points_avg_season,
  profiles.points_std_last_10,
  profiles.points_trend_last_5,
  profiles.minutes_avg_last_5,
  profiles.minutes_avg_last_10,
  profiles.minutes_avg_season,
  profiles.minutes_change_ratio,
  profiles.usage_rate_last_10,
  profiles.usage_rate_season,
  profiles.ts_pct_last_10,
  profiles.ft_points_share_last_10,
  profiles.team_pace_last_10,
  profiles.team_off_rating_last_10,
  profiles.days_rest,
  profiles.games_in_last_7_days,
  profiles.games_in_last_14_days,
  profiles.minutes_in_last_7_days,
  profiles.minutes_in_last_14_days,
  profiles.back_to_backs_last_14_days,
  profiles.primary_scoring_zone,
  profiles.paint_rate_last_10,
  profiles.three_pt_rate_last_10,
  profiles.assisted_rate_last_10,
  profiles.fatigue_score,
  profiles.total_composite_adjustment,
  case
    when inputs.failure_category is not null then inputs.failure_category
    when profiles.player_lookup is null then 'PROCESSING_ERROR'
  end as failure_category,
  case
    when inputs.failure_category is not null then inputs.failure_reason
    when profiles.player_lookup is null
      then 'a required value is NULL from ' || cast(inputs.games_known as string) || ' games of player_game_summary'
  end as failure_reason
from inputs
left join sound_profiles as profiles on profiles.player_lookup = inputs.player_lookup and profiles.cache_date = inputs.cache_date
