-- Grain: a team of a final game whose shots in the play-by-play are not as many as its box score has. Key
-- (analysis_date, entity_id). Reads raw tables only.
with shots_of_team as (
  select game_id, player_1_team_abbr as team_abbr, count(*) as shots
  from nba_raw.bigdataball_play_by_play
  where game_date between @start_date and @end_date
    and event_type = 'shot'
  group by game_id, player_1_team_abbr
)
select
  boxes.game_date as analysis_date,
  boxes.game_id || '|' || boxes.team_abbr as entity_id,
  cast(coalesce(shots_of_team.shots, 0) as string) || ' of ' || cast(boxes.fg_attempts as string) || ' shots' as detail
from nba_raw.nbac_team_boxscore as boxes
left join shots_of_team
  on shots_of_team.game_id = boxes.game_id
  and shots_of_team.team_abbr = boxes.team_abbr
where boxes.game_date between @start_date and @end_date
  and coalesce(shots_of_team.shots, 0) <> boxes.fg_attempts
