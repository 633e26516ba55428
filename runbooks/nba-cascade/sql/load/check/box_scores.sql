-- Team box rows that contradict themselves, the schedule's score, or the length of a game.
with findings as (
  select 'points are not 2 and 3 per field goal and 1 per free throw' as finding, count(*) as occurrences
  from nba_raw.nbac_team_boxscore
  where points <> 2 * (fg_makes - three_pt_makes) + 3 * three_pt_makes + ft_makes
  union all
  select 'points outside 50 to 200', count(*)
  from nba_raw.nbac_team_boxscore
  where points not between 50 and 200
  union all
  select 'points are not the score of the schedule', count(*)
  from nba_raw.nbac_team_boxscore as box
  join nba_raw.nbac_schedule as games using (game_id)
  where games.game_status = 3
    and box.points is distinct from if(box.is_home, games.home_score, games.away_score)
  union all
  select 'minutes are not 240 and 25 per overtime', count(*)
  from nba_raw.nbac_team_boxscore
  where team_minutes < 240 or (team_minutes - 240) % 25 <> 0
  union all
  select 'a final game is a draw', count(*)
  from nba_raw.nbac_schedule
  where game_status = 3 and home_score = away_score
)
select 'nbac_team_boxscore: ' || finding as finding, occurrences
from findings
where occurrences > 0
