-- Grain: a defence row that is not the opponent's offence row of the game. Key (analysis_date, entity_id).
select
  defence.game_date as analysis_date,
  defence.game_id || '|' || defence.defending_team_abbr as entity_id,
  case
    when offence.game_id is null then 'no offence row of the opponent'
    when defence.points_allowed <> offence.points_scored then 'points'
    when defence.opponent_pace <> offence.pace or defence.opp_possessions <> offence.possessions then 'pace or possessions'
    else 'zone counts'
  end as detail
from nba_analytics.team_defense_game_summary as defence
left join nba_analytics.team_offense_game_summary as offence
  on offence.game_id = defence.game_id
  and offence.team_abbr = defence.opponent_team_abbr
  and offence.game_date between @start_date and @end_date
where defence.game_date between @start_date and @end_date
  and (
    defence.points_allowed is distinct from offence.points_scored
    or defence.opponent_pace is distinct from offence.pace
    or defence.opp_possessions is distinct from offence.possessions
    or defence.opp_paint_attempts is distinct from offence.team_paint_attempts
    or defence.opp_paint_makes is distinct from offence.team_paint_makes
    or defence.opp_mid_range_attempts is distinct from offence.team_mid_range_attempts
    or defence.opp_mid_range_makes is distinct from offence.team_mid_range_makes
    or defence.opp_zone_three_attempts is distinct from offence.team_zone_three_attempts
    or defence.opp_zone_three_makes is distinct from offence.team_zone_three_makes
  )
