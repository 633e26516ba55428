-- Grain: a team's row whose line or side does not mirror its opponent's. Key (analysis_date, entity_id).
select
  own.game_date as analysis_date,
  own.game_id || '|' || own.team_abbr as entity_id,
  case
    when opponent.game_id is null then 'no row of the opponent'
    when own.home_game = opponent.home_game then 'both at home or both away'
    else 'spread or total'
  end as detail
from nba_analytics.upcoming_team_game_context as own
left join nba_analytics.upcoming_team_game_context as opponent
  on opponent.game_id = own.game_id
  and opponent.team_abbr = own.opponent_team_abbr
  and opponent.game_date between @start_date and @end_date
where own.game_date between @start_date and @end_date
  and (
    opponent.game_id is null
    or own.home_game = opponent.home_game
    or own.game_total is distinct from opponent.game_total
    or own.game_spread + opponent.game_spread is distinct from case when own.game_spread is null then null else 0 end
  )
