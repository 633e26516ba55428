-- Grain: a failure of MLFS that is not the one its absent input has. Key (analysis_date, entity_id). The inputs' own
-- failures are judged where they arise.
with failures as (
  select
    processor_name, analysis_date, entity_id, failure_category,
    case when failure_category = 'PROCESSING_ERROR' then 'INCOMPLETE_UPSTREAM' else failure_category end as carried_category
  from nba_processing.precompute_failures
  where analysis_date between @start_date and @end_date
    and processor_name in ('MLFS', 'PSZA', 'PCF', 'PDC', 'TDZA')
),
explained as (
  select
    own.analysis_date, own.entity_id, own.failure_category,
    case
      when context.player_lookup is null then 'INCOMPLETE_UPSTREAM'
      when shots.player_lookup is null then coalesce(shots_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when factors.player_lookup is null then coalesce(factors_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when form.player_lookup is null then coalesce(form_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when defence.team_abbr is null then coalesce(defence_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when own_team.team_abbr is null or other_team.team_abbr is null then 'INCOMPLETE_UPSTREAM'
      else 'PROCESSING_ERROR'
    end as explanation
  from failures as own
  left join nba_analytics.upcoming_player_game_context as context
    on context.player_lookup = own.entity_id
    and context.game_date = own.analysis_date
    and context.game_date between @start_date and @end_date
  left join nba_precompute.player_shot_zone_analysis as shots
    on shots.player_lookup = own.entity_id
    and shots.analysis_date = own.analysis_date
    and shots.analysis_date between @start_date and @end_date
  left join nba_precompute.player_composite_factors as factors
    on factors.player_lookup = own.entity_id
    and factors.game_date = own.analysis_date
    and factors.game_date between @start_date and @end_date
  left join nba_precompute.player_daily_cache as form
    on form.player_lookup = own.entity_id
    and form.cache_date = own.analysis_date
    and form.cache_date between @start_date and @end_date
  left join nba_precompute.team_defense_zone_analysis as defence
    on defence.team_abbr = context.opponent_team_abbr
    and defence.analysis_date = own.analysis_date
    and defence.analysis_date between @start_date and @end_date
  left join nba_analytics.upcoming_team_game_context as own_team
    on own_team.game_id = context.game_id
    and own_team.team_abbr = context.team_abbr
    and own_team.game_date = own.analysis_date
    and own_team.game_date between @start_date and @end_date
  left join nba_analytics.upcoming_team_game_context as other_team
    on other_team.game_id = context.game_id
    and other_team.team_abbr = context.opponent_team_abbr
    and other_team.game_date = own.analysis_date
    and other_team.game_date between @start_date and @end_date
  left join failures as shots_failure
    on shots_failure.processor_name = 'PSZA'
    and shots_failure.entity_id = own.entity_id
    and shots_failure.analysis_date = own.analysis_date
  left join failures as factors_failure
    on factors_failure.processor_name = 'PCF'
    and factors_failure.entity_id = own.entity_id
    and factors_failure.analysis_date = own.analysis_date
  left join failures as form_failure
    on form_failure.processor_name = 'PDC'
    and form_failure.entity_id = own.entity_id
    and form_failure.analysis_date = own.analysis_date
  left join failures as defence_failure
    on defence_failure.processor_name = 'TDZA'
    and defence_failure.entity_id = context.opponent_team_abbr
    and defence_failure.analysis_date = own.analysis_date
  where own.processor_name = 'MLFS'
    and own.entity_id <> 'DATE_LEVEL'
)
select analysis_date, entity_id, failure_category || ' where the inputs say ' || explanation as detail
from explained
where failure_category <> explanation
