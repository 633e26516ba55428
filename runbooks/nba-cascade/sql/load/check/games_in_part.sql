-- Final games whose facts are incomplete; the tables of phase 3 fail these games or leave their zones empty.
with final_games as (
  select game_id
  from nba_raw.nbac_schedule
  where game_status = 3
),
boxes as (
  select game_id, count(*) as boxes, sum(fg_attempts) as fg_attempts
  from nba_raw.nbac_team_boxscore
  group by all
),
shots as (
  select game_id, count(*) as shots, count(*) - count(shot_distance) as without_distance
  from nba_raw.bigdataball_play_by_play
  where event_type = 'shot'
  group by all
),
starters as (
  select game_id, count(*) as starters
  from nba_raw.nbac_gamebook_player_stats
  where is_starter
  group by all
),
lines as (
  select game_id, count(game_spread) as spreads
  from nba_raw.odds_api_game_lines
  group by all
),
findings as (
  select game_id || ': ' || coalesce(boxes, 0) || ' team box rows' as finding, 1 as occurrences
  from final_games
  left join boxes using (game_id)
  where coalesce(boxes, 0) <> 2
  union all
  select game_id || ': ' || coalesce(shots, 0) || ' shots for ' || fg_attempts || ' field goal attempts', abs(coalesce(shots, 0) - fg_attempts)
  from final_games
  join boxes using (game_id)
  left join shots using (game_id)
  where coalesce(shots, 0) <> fg_attempts
  union all
  select game_id || ': shots without distance', without_distance
  from final_games
  join shots using (game_id)
  where without_distance > 0
  union all
  select game_id || ': ' || coalesce(starters, 0) || ' starters', 1
  from final_games
  left join starters using (game_id)
  where coalesce(starters, 0) <> 10
  union all
  select game_id || ': no closing line', 1
  from final_games
  left join lines using (game_id)
  where coalesce(spreads, 0) <> 2
)
select finding, cast(occurrences as bigint) as occurrences
from findings
order by finding
