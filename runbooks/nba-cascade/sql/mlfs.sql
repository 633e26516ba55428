-- A listed player's 25 features for his game of a date.
-- Grain: one row per player listed in a final game of a calendar date from @start_date to @end_date; key
-- (player_lookup, game_date). Reads the date itself only. A default stands only where a feature declares one; it is
-- named in feature_sources and lowers feature_quality_score.
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
    and processor_name in ('PSZA', 'PCF', 'PDC', 'TDZA')
),
inputs as (
  select
    listings.player_lookup, listings.game_date,
    context.game_id, context.team_abbr, context.opponent_team_abbr, context.home_game,
    context.days_rest, context.on_inactive_list, context.injury_status, context.back_to_back, context.star_teammates_out,
    shots.paint_rate_last_10, shots.mid_range_rate_last_10, shots.three_pt_rate_last_10,
    factors.fatigue_score, factors.shot_zone_mismatch_score, factors.pace_score, factors.usage_spike_score,
    form.points_avg_last_5, form.points_avg_last_10, form.points_avg_season, form.points_std_last_10,
    form.games_in_last_7_days, form.points_trend_last_5, form.minutes_change_ratio, form.ft_points_share_last_10,
    form.team_pace_last_10, form.team_off_rating_last_10,
    defence.defensive_rating_last_15, defence.opponent_pace,
    own_team.games_played_season as team_games_played, own_team.team_win_pct,
    other_team.days_rest as opponent_days_rest,
    case
      when context.player_lookup is null then 'INCOMPLETE_UPSTREAM'
      when shots.player_lookup is null then coalesce(shots_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when factors.player_lookup is null then coalesce(factors_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when form.player_lookup is null then coalesce(form_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when defence.team_abbr is null then coalesce(defence_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when own_team.team_abbr is null or other_team.team_abbr is null then 'INCOMPLETE_UPSTREAM'
    end as failure_category,
    case
      when context.player_lookup is null then 'no row in upcoming_player_game_context'
      when shots.player_lookup is null
        then 'no row in player_shot_zone_analysis, ' || coalesce(shots_failure.carried_reason, 'no failure either')
      when factors.player_lookup is null
        then 'no row in player_composite_factors, ' || coalesce(factors_failure.carried_reason, 'no failure either')
      when form.player_lookup is null
        then 'no row in player_daily_cache, ' || coalesce(form_failure.carried_reason, 'no failure either')
      when defence.team_abbr is null
        then 'no row of ' || context.opponent_team_abbr || ' in team_defense_zone_analysis, '
          || coalesce(defence_failure.carried_reason, 'no failure either')
      when own_team.team_abbr is null
        then 'no row of ' || context.team_abbr || ' for game ' || context.game_id || ' in upcoming_team_game_context'
      when other_team.team_abbr is null
        then 'no row of ' || context.opponent_team_abbr || ' for game ' || context.game_id || ' in upcoming_team_game_context'
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
  left join nba_precompute.player_composite_factors as factors
    on factors.player_lookup = listings.player_lookup
    and factors.game_date = listings.game_date
    and factors.game_date between @start_date and @end_date
  left join nba_precompute.player_daily_cache as form
    on form.player_lookup = listings.player_lookup
    and form.cache_date = listings.game_date
    and form.cache_date between @start_date and @end_date
  left join nba_precompute.team_defense_zone_analysis as defence
    on defence.team_abbr = context.opponent_team_abbr
    and defence.analysis_date = listings.game_date
    and defence.analysis_date between @start_date and @end_date
  left join nba_analytics.upcoming_team_game_context as own_team
    on own_team.game_id = context.game_id
    and own_team.team_abbr = context.team_abbr
    and own_team.game_date = listings.game_date
    and own_team.game_date between @start_date and @end_date
  left join nba_analytics.upcoming_team_game_context as other_team
    on other_team.game_id = context.game_id
    and other_team.team_abbr = context.opponent_team_abbr
    and other_team.game_date = listings.game_date
    and other_team.game_date between @start_date and @end_date
  left join upstream_failures as shots_failure
    on shots_failure.processor_name = 'PSZA'
    and shots_failure.analysis_date = listings.game_date
    and shots_failure.entity_id = listings.player_lookup
  left join upstream_failures as factors_failure
    on factors_failure.processor_name = 'PCF'
    and factors_failure.analysis_date = listings.game_date
    and factors_failure.entity_id = listings.player_lookup
  left join upstream_failures as form_failure
    on form_failure.processor_name = 'PDC'
    and form_failure.analysis_date = listings.game_date
    and form_failure.entity_id = listings.player_lookup
  left join upstream_failures as defence_failure
    on defence_failure.processor_name = 'TDZA'
    and defence_failure.analysis_date = listings.game_date
    and defence_failure.entity_id = context.opponent_team_abbr
),
features as (
  select
    player_lookup, game_date,
    round(round(points_avg_last_5, 9) * 1e4) / 1e4 as points_avg_last_5,
    round(round(points_avg_last_10, 9) * 1e4) / 1e4 as points_avg_last_10,
    round(round(points_avg_season, 9) * 1e4) / 1e4 as points_avg_season,
    round(round(points_std_last_10, 9) * 1e4) / 1e4 as points_std_last_10,
    cast(games_in_last_7_days as float64) as games_in_last_7_days,
    cast(fatigue_score as float64) as fatigue_score,
    round(round(shot_zone_mismatch_score, 9) * 1e4) / 1e4 as shot_zone_mismatch_score,
    round(round(pace_score, 9) * 1e4) / 1e4 as pace_score,
    round(round(usage_spike_score, 9) * 1e4) / 1e4 as usage_spike_score,
    case
      when opponent_days_rest is null then 0e0
      when days_rest - opponent_days_rest < -2 then -2e0
      when days_rest - opponent_days_rest > 2 then 2e0
      else cast(days_rest - opponent_days_rest as float64)
    end as rest_advantage,
    case when opponent_days_rest is null then 'default' else 'calculated' end as rest_advantage_source,
    case
      when on_inactive_list or injury_status in ('out', 'doubtful') then 3e0
      when injury_status = 'questionable' then 2e0
      when injury_status = 'probable' then 1e0
      when injury_status is null or injury_status in ('available', 'not_listed') then 0e0
    end as injury_risk,
    case when not on_inactive_list and injury_status is null then 'default' else 'phase3' end as injury_risk_source,
    case
      when points_trend_last_5 >= 5 then 2e0
      when points_trend_last_5 >= 2 then 1e0
      when points_trend_last_5 <= -5 then -2e0
      when points_trend_last_5 <= -2 then -1e0
      when points_trend_last_5 is not null then 0e0
    end as recent_trend,
    case
      when minutes_change_ratio >= 0.20e0 then 2e0
      when minutes_change_ratio >= 0.10e0 then 1e0
      when minutes_change_ratio <= -0.20e0 then -2e0
      when minutes_change_ratio <= -0.10e0 then -1e0
      else 0e0
    end as minutes_change,
    case when minutes_change_ratio is null then 'default' else 'calculated' end as minutes_change_source,
    round(round(defensive_rating_last_15, 9) * 1e4) / 1e4 as opponent_def_rating,
    round(round(opponent_pace, 9) * 1e4) / 1e4 as opponent_pace,
    case when home_game then 1e0 when not home_game then 0e0 end as home_away,
    case when back_to_back then 1e0 when not back_to_back then 0e0 end as back_to_back,
    cast(star_teammates_out as float64) as star_teammates_out,
    round(round(paint_rate_last_10 / 100, 9) * 1e4) / 1e4 as pct_paint,
    round(round(mid_range_rate_last_10 / 100, 9) * 1e4) / 1e4 as pct_mid_range,
    round(round(three_pt_rate_last_10 / 100, 9) * 1e4) / 1e4 as pct_three,
    case
      when ft_points_share_last_10 is null then 0.15e0
      when ft_points_share_last_10 > 0.5e0 then 0.5e0
      else round(round(ft_points_share_last_10, 9) * 1e4) / 1e4
    end as pct_free_throw,
    case when ft_points_share_last_10 is null then 'default' else 'phase4' end as pct_free_throw_source,
    round(round(coalesce(team_pace_last_10, 100e0), 9) * 1e4) / 1e4 as team_pace_last_10,
    case when team_pace_last_10 is null then 'default' else 'phase4' end as team_pace_source,
    round(round(coalesce(team_off_rating_last_10, 112e0), 9) * 1e4) / 1e4 as team_off_rating_last_10,
    case when team_off_rating_last_10 is null then 'default' else 'phase4' end as team_off_rating_source,
    case when team_games_played >= 5 then round(round(team_win_pct, 9) * 1e4) / 1e4 else 0.5e0 end as team_win_pct,
    case when team_games_played >= 5 then 'phase3' else 'default' end as team_win_pct_source
  from inputs
  where failure_category is null
),
-- 18 features that have no default: 15 of weight 100 (phase 4, calculated) and 3 of weight 75 (phase 3).
scored as (
  select
    *,
    round(round((
      15 * 100 + 3 * 75
      + case rest_advantage_source when 'default' then 40 else 100 end
      + case injury_risk_source when 'default' then 40 else 75 end
      + case minutes_change_source when 'default' then 40 else 100 end
      + case pct_free_throw_source when 'default' then 40 else 100 end
      + case team_pace_source when 'default' then 40 else 100 end
      + case team_off_rating_source when 'default' then 40 else 100 end
      + case team_win_pct_source when 'default' then 40 else 75 end
    ) / 25, 9) * 1e2) / 1e2 as feature_quality_score
  from features
),
-- A sum that is NULL has a NULL feature, from an impossible input: PROCESSING_ERROR below.
vectors as (
  select
    player_lookup, game_date, feature_quality_score,
    case when feature_quality_score >= 95 then 'high' when feature_quality_score >= 90 then 'medium' else 'low' end as quality_tier,
    [
      points_avg_last_5, points_avg_last_10, points_avg_season, points_std_last_10, games_in_last_7_days,
      fatigue_score, shot_zone_mismatch_score, pace_score, usage_spike_score, rest_advantage,
      injury_risk, recent_trend, minutes_change, opponent_def_rating, opponent_pace,
      home_away, back_to_back, star_teammates_out, pct_paint, pct_mid_range,
      pct_three, pct_free_throw, team_pace_last_10, team_off_rating_last_10, team_win_pct
    ] as features,
    [
      'points_avg_last_5', 'points_avg_last_10', 'points_avg_season', 'points_std_last_10', 'games_in_last_7_days',
      'fatigue_score', 'shot_zone_mismatch_score', 'pace_score', 'usage_spike_score', 'rest_advantage',
      'injury_risk', 'recent_trend', 'minutes_change', 'opponent_def_rating', 'opponent_pace',
      'home_away', 'back_to_back', 'star_teammates_out', 'pct_paint', 'pct_mid_range',
      'pct_three', 'pct_free_throw', 'team_pace_last_10', 'team_off_rating_last_10', 'team_win_pct'
    ] as feature_names,
    [
      'phase4', 'phase4', 'phase4', 'phase4', 'phase4',
      'phase4', 'phase4', 'phase4', 'phase4', rest_advantage_source,
      injury_risk_source, 'calculated', minutes_change_source, 'phase4', 'phase4',
      'phase3', 'phase3', 'phase3', 'phase4', 'phase4',
      'phase4', pct_free_throw_source, team_pace_source, team_off_rating_source, team_win_pct_source
    ] as feature_sources
  from scored
  where points_avg_last_5 + points_avg_last_10 + points_avg_season + points_std_last_10 + games_in_last_7_days
    + fatigue_score + shot_zone_mismatch_score + pace_score + usage_spike_score + rest_advantage
    + injury_risk + recent_trend + minutes_change + opponent_def_rating + opponent_pace
    + home_away + back_to_back + star_teammates_out + pct_paint + pct_mid_range
    + pct_three + pct_free_throw + team_pace_last_10 + team_off_rating_last_10 + team_win_pct is not null
)
select
  inputs.player_lookup,
  inputs.game_date,
  case when vectors.player_lookup is not null then inputs.game_id end as game_id,
  case when vectors.player_lookup is not null then inputs.team_abbr end as team_abbr,
  case when vectors.player_lookup is not null then inputs.opponent_team_abbr end as opponent_team_abbr,
  case when vectors.player_lookup is not null then inputs.home_game end as is_home,
  case when vectors.player_lookup is not null then 'v1_baseline_25' end as feature_version,
  case when vectors.player_lookup is not null then cast(25 as int64) end as feature_count,
  vectors.features,
  vectors.feature_names,
  vectors.feature_sources,
  vectors.feature_quality_score,
  vectors.quality_tier,
  case
    when inputs.failure_category is not null then inputs.failure_category
    when vectors.player_lookup is null then 'PROCESSING_ERROR'
  end as failure_category,
  case
    when inputs.failure_category is not null then inputs.failure_reason
    when vectors.player_lookup is null then 'a feature is NULL: upcoming_player_game_context or a phase 4 row holds a NULL or unknown value'
  end as failure_reason
from inputs
left join vectors on vectors.player_lookup = inputs.player_lookup and vectors.game_date = inputs.game_date
