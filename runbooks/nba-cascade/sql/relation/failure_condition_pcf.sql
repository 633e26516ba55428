-- Grain: a failure of PCF that is not the one its absent input has. Key (analysis_date, entity_id). The inputs' own
-- failures are judged against raw where they arise.
with failures as (
  select
    processor_name, analysis_date, entity_id, failure_category,
    case when failure_category = 'PROCESSING_ERROR' then 'INCOMPLETE_UPSTREAM' else failure_category end as carried_category
  from nba_processing.precompute_failures
  where analysis_date between @start_date and @end_date
    and processor_name in ('PCF', 'PSZA', 'TDZA')
),
explained as (
  select
    own.analysis_date, own.entity_id, own.failure_category,
    case
      when context.player_lookup is null then 'INCOMPLETE_UPSTREAM'
      when shots.player_lookup is null then coalesce(shots_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when defence.team_abbr is null then coalesce(defence_failure.carried_category, 'INCOMPLETE_UPSTREAM')
      when context.pace_differential is null or context.projected_usage_rate is null or context.usage_rate_last_10 is null
        then 'INSUFFICIENT_DATA'
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
  left join nba_precompute.team_defense_zone_analysis as defence
    on defence.team_abbr = context.opponent_team_abbr
    and defence.analysis_date = own.analysis_date
    and defence.analysis_date between @start_date and @end_date
  left join failures as shots_failure
    on shots_failure.processor_name = 'PSZA'
    and shots_failure.entity_id = own.entity_id
    and shots_failure.analysis_date = own.analysis_date
  left join failures as defence_failure
    on defence_failure.processor_name = 'TDZA'
    and defence_failure.entity_id = context.opponent_team_abbr
    and defence_failure.analysis_date = own.analysis_date
  where own.processor_name = 'PCF'
    and own.entity_id <> 'DATE_LEVEL'
)
select analysis_date, entity_id, failure_category || ' where the inputs say ' || explanation as detail
from explained
where failure_category <> explanation
