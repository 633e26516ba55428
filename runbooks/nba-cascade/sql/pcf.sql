-- A listed player's adjustment scores for his game of a date.
-- Grain: one row per player listed in a final game of a calendar date from @start_date to @end_date; key
-- (player_lookup, game_date). Reads the date itself only: context, his shot profile, the opponent's defence, and why
-- either is absent. A missing input is a failure: a score of 0 means that nothing needs adjusting.
with listings as (
  select distinct listed.player_lookup, listed.game_date
  from nba_raw.nbac_gamebook_player_stats as listed
  join nba_raw.nbac_schedule as schedule on schedule.game_id = listed.game_id and schedule.game_date = listed.game_date
  join nba_processing.season_calendar as calendar on calendar.game_date = listed.game_date
  where listed.game_date between @start_date and @end_date
    and schedule.game_date between @start_date and @end_date
    and calendar.game_date between @start_date and @end_date
    and schedule.game_status = 3
),
upstream_failures as (
  select
    processor_name, analysis_date, entity_id,
    case when failure_category = 'PROCESSING_ERROR' then 'INCOMPLETE_UPSTREAM' else failure_category end as carried_category,
    failure_category || ': ' || coalesce(failure_reason, 'no reason') as carried_reason
  from nba_processing.precompute_failures
  where analysis_date between @start_date and @end_date
    and processor_name in ('PSZA', 'TDZA')
),
inputs as (
  select
    listings.player_lookup, listings.game_date,
    context.game_id, context.team_abbr, context.opponent_team_abbr,
    context.back_to_back, context.days_rest, context.games_in_last_7_days, context.minutes_in_last_7_days,
    context.avg_minutes_per_game_last_7, context.back_to_backs_last_14_days,
    context.pace_differential, context.projected_usage_rate, context.usage_rate_last_10, context.star_teammates_out,
    shots.primary_scoring_zone, shots.paint_rate_last_10, shots.mid_range_rate_last_10, shots.three_pt_rate_last_10,
    defence.paint_defense_vs_league_avg, defence.mid_range_defense_vs_league_avg, defence.three_pt_defense_vs_league_avg,
    case
      when context.player_lookup is null then 'INCOMPLETE_UPSTREAM'
      when shots.player_lookup is null then coalesce(shots_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when defence.team_abbr is null then coalesce(defence_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when context.pace_differential is null or context.projected_usage_rate is null or context.usage_rate_last_10 is null
        then 'INSUFFICIENT_DATA'
    end as failure_category,
    case
      when context.player_lookup is null then 'no row in upcoming_player_game_context'
      when shots.player_lookup is null
        then 'no row in player_shot_zone_analysis, ' || coalesce(shots_failure.carried_reason, 'no failure either')
      when defence.team_abbr is null
        then 'no row of ' || context.opponent_team_abbr || ' in team_defense_zone_analysis, '
          || coalesce(defence_failure.carried_reason, 'no failure either')
      when context.pace_differential is null then 'upcoming_player_game_context has no pace_differential'
      when context.projected_usage_rate is null then 'upcoming_player_game_context has no projected_usage_rate'
      when context.usage_rate_last_10 is null then 'upcoming_player_game_context has no usage_rate_last_10'
    end as failure_reason
  from listings
  left join nba_analytics.upcoming_player_game_context as context
    on context.player_lookup = listings.player_lookup
    and context.game_date = listings.game_date
    and context.game_date between @start_date and @end_date
  left join nba_precompute.player_shot_zone_analysis as shots
    on shots.player_lookup = listings.player_lookup
    and shots.analysis_date = listings.game_date
    and shots.analysis_date between @start_date and @end_date
  left join nba_precompute.team_defense_zone_analysis as defence
    on defence.team_abbr = context.opponent_team_abbr
    and defence.analysis_date = listings.game_date
    and defence.analysis_date between @start_date and @end_date
  left join upstream_failures as shots_failure
    on shots_failure.processor_name = 'PSZA'
    and shots_failure.analysis_date = listings.game_date
    and shots_failure.entity_id = listings.player_lookup
  left join upstream_failures as defence_failure
    on defence_failure.processor_name = 'TDZA'
    and defence_failure.analysis_date = listings.game_date
    and defence_failure.entity_id = context.opponent_team_abbr
),
raw_scores as (
  select
    player_lookup, game_date,
    100
      - case when back_to_back then 15 when days_rest >= 3 then -5 else 0 end
      - case when games_in_last_7_days >= 4 then 10 else 0 end
      - case when minutes_in_last_7_days > 120 then 10 else 0 end
      - case when avg_minutes_per_game_last_7 > 35 then 8 else 0 end
      - case when back_to_backs_last_14_days >= 2 then 12 when back_to_backs_last_14_days = 1 then 5 else 0 end
      as fatigue,
    -- The inner rounding keeps a product of exactly 5 from being above 5.
    round(
      case primary_scoring_zone
        when 'paint' then paint_defense_vs_league_avg * case when paint_rate_last_10 > 50 then 1 else paint_rate_last_10 / 50 end
        when 'mid_range'
          then mid_range_defense_vs_league_avg * case when mid_range_rate_last_10 > 50 then 1 else mid_range_rate_last_10 / 50 end
        when 'perimeter'
          then three_pt_defense_vs_league_avg * case when three_pt_rate_last_10 > 50 then 1 else three_pt_rate_last_10 / 50 end
        when 'balanced'
          then (paint_rate_last_10 * paint_defense_vs_league_avg + mid_range_rate_last_10 * mid_range_defense_vs_league_avg
            + three_pt_rate_last_10 * three_pt_defense_vs_league_avg) / 100
      end,
      9
    ) as mismatch,
    pace_differential / 2 as pace,
    (projected_usage_rate - usage_rate_last_10) * 0.3e0 as usage_change,
    star_teammates_out
  from inputs
  where failure_category is null
),
weighted_scores as (
  select
    player_lookup, game_date, fatigue, pace,
    case when abs(mismatch) > 5 then mismatch * 1.2e0 else mismatch end as mismatch,
    case
      when usage_change > 0 and star_teammates_out >= 2 then usage_change * 1.30e0
      when usage_change > 0 and star_teammates_out = 1 then usage_change * 1.15e0
      else usage_change
    end as usage_change
  from raw_scores
),
scores as (
  select
    player_lookup, game_date,
    cast(case when fatigue < 0 then 0 when fatigue > 100 then 100 else fatigue end as int64) as fatigue_score,
    round(round(case when mismatch < -10 then -10e0 when mismatch > 10 then 10e0 else mismatch end, 9) * 1e2) / 1e2 as shot_zone_mismatch_score,
    round(round(case when pace < -3 then -3e0 when pace > 3 then 3e0 else pace end, 9) * 1e2) / 1e2 as pace_score,
    round(round(case when usage_change < -3 then -3e0 when usage_change > 3 then 3e0 else usage_change end, 9) * 1e2) / 1e2 as usage_spike_score
  from weighted_scores
),
adjustments as (
  select
    player_lookup, game_date, fatigue_score, shot_zone_mismatch_score, pace_score, usage_spike_score,
    round(round((fatigue_score - 100) / 20, 9) * 1e2) / 1e2 as fatigue_adjustment,
    round(round(
      round(round((fatigue_score - 100) / 20, 9) * 1e2) / 1e2 + shot_zone_mismatch_score + pace_score + usage_spike_score, 9) * 1e2) / 1e2 as total_composite_adjustment
  from scores
),
-- A score that is NULL although every input row is there comes from an impossible input: PROCESSING_ERROR below.
composites as (
  select
    *,
    substr(
      case when fatigue_score < 60 then ',EXTREME_FATIGUE' else '' end
        || case when abs(shot_zone_mismatch_score) > 8 then ',EXTREME_MATCHUP' else '' end
        || case when abs(total_composite_adjustment) > 8 then ',EXTREME_TOTAL' else '' end,
      2
    ) as warning_codes
  from adjustments
  where total_composite_adjustment is not null
)
select
  inputs.player_lookup,
  inputs.game_date,
  case when composites.player_lookup is not null then inputs.game_id end as game_id,
  case when composites.player_lookup is not null then inputs.team_abbr end as team_abbr,
  case when composites.player_lookup is not null then inputs.opponent_team_abbr end as opponent_team_abbr,
  composites.fatigue_score,
  composites.fatigue_adjustment,
  composites.shot_zone_mismatch_score,
  composites.pace_score,
  composites.usage_spike_score,
  composites.total_composite_adjustment,
  composites.warning_codes,
  case
    when inputs.failure_category is not null then inputs.failure_category
    when composites.player_lookup is null then 'PROCESSING_ERROR'
  end as failure_category,
  case
    when inputs.failure_category is not null then inputs.failure_reason
    when composites.player_lookup is null
      then 'no score from the rows of player_shot_zone_analysis and team_defense_zone_analysis: a value is NULL or unknown'
  end as failure_reason
from inputs
left join composites on composites.player_lookup = inputs.player_lookup and composites.game_date = inputs.game_date
