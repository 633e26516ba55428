-- Grain: one row per team of a final game, its offence. Key (game_id, team_abbr), which is also the entity.
-- Reads the dates of the chunk only, each table once. Shots are the team's own; zones as in pgs.sql.
with games as (
  select
    game_id,
    game_date,
    season_year,
    home_team_abbr,
    away_team_abbr
  from nba_raw.nbac_schedule
  where game_date between @start_date and @end_date
    and game_status = 3
),
teams_of_game as (
  select game_id, game_date, season_year, home_team_abbr as team_abbr, away_team_abbr as opponent_team_abbr, true as home_game
  from games
  union all
  select game_id, game_date, season_year, away_team_abbr as team_abbr, home_team_abbr as opponent_team_abbr, false as home_game
  from games
),
team_boxes as (
  select *
  from nba_raw.nbac_team_boxscore
  where game_date between @start_date and @end_date
),
shots as (
  select
    game_id,
    player_1_team_abbr as team_abbr,
    shot_made,
    case when shot_type = '3PT' then 'three' when shot_distance <= 8 then 'paint' when shot_distance > 8 then 'mid_range' end as zone
  from nba_raw.bigdataball_play_by_play
  where game_date between @start_date and @end_date
    and event_type = 'shot'
),
zones_of_team as (
  select
    game_id,
    team_abbr,
    count(*) as shots,
    count(zone) as shots_with_zone,
    sum(case when zone = 'paint' then 1 else 0 end) as paint_attempts,
    sum(case when zone = 'paint' and shot_made then 1 else 0 end) as paint_makes,
    sum(case when zone = 'mid_range' then 1 else 0 end) as mid_range_attempts,
    sum(case when zone = 'mid_range' and shot_made then 1 else 0 end) as mid_range_makes,
    sum(case when zone = 'three' then 1 else 0 end) as three_attempts,
    sum(case when zone = 'three' and shot_made then 1 else 0 end) as three_makes
  from shots
  group by game_id, team_abbr
),
shots_of_game as (
  select
    game_id,
    sum(shots) as shots,
    sum(shots_with_zone) as shots_with_zone
  from zones_of_team
  group by game_id
),
judged as (
  select
    teams_of_game.game_id,
    teams_of_game.game_date,
    teams_of_game.season_year,
    teams_of_game.team_abbr,
    teams_of_game.opponent_team_abbr,
    teams_of_game.home_game,
    opponent.points as opp_points,
    own.fg_attempts + 0.44e0 * own.ft_attempts as shooting_tries,
    own.fg_attempts + 0.44e0 * own.ft_attempts - own.offensive_rebounds + own.turnovers as possessions,
    coalesce(
      shots_of_game.shots = own.fg_attempts + opponent.fg_attempts
        and shots_of_game.shots_with_zone = shots_of_game.shots,
      false
    ) as has_shot_zones,
    case
      when own.game_id is null or opponent.game_id is null then 'INCOMPLETE_UPSTREAM'
      when own.fg_attempts + 0.44e0 * own.ft_attempts - own.offensive_rebounds + own.turnovers <= 0
        or own.fg_attempts + own.ft_attempts = 0
        or own.team_minutes <= 0
        or own.points = opponent.points
        then 'PROCESSING_ERROR'
    end as failure_category,
    case
      when own.game_id is null or opponent.game_id is null
        then 'nbac_team_boxscore has '
          || cast(case when own.game_id is null then 0 else 1 end + case when opponent.game_id is null then 0 else 1 end as string)
          || ' rows of the game, not 2'
      else 'the team box rows give no possessions, no minutes or no winner'
    end as failure_reason
  from teams_of_game
  left join team_boxes as own
    on own.game_id = teams_of_game.game_id
    and own.team_abbr = teams_of_game.team_abbr
  left join team_boxes as opponent
    on opponent.game_id = teams_of_game.game_id
    and opponent.team_abbr = teams_of_game.opponent_team_abbr
  left join shots_of_game
    on shots_of_game.game_id = teams_of_game.game_id
),
facts as (
  select
    judged.game_id,
    judged.season_year,
    judged.team_abbr,
    judged.opponent_team_abbr,
    judged.home_game,
    judged.opp_points,
    judged.shooting_tries,
    judged.possessions,
    judged.has_shot_zones,
    own.points,
    own.fg_attempts,
    own.fg_makes,
    own.three_pt_attempts,
    own.three_pt_makes,
    own.ft_attempts,
    own.ft_makes,
    own.offensive_rebounds,
    own.total_rebounds,
    own.assists,
    own.turnovers,
    own.personal_fouls,
    own.team_minutes,
    case when judged.has_shot_zones then coalesce(zones_of_team.paint_attempts, 0) end as paint_attempts,
    case when judged.has_shot_zones then coalesce(zones_of_team.paint_makes, 0) end as paint_makes,
    case when judged.has_shot_zones then coalesce(zones_of_team.mid_range_attempts, 0) end as mid_range_attempts,
    case when judged.has_shot_zones then coalesce(zones_of_team.mid_range_makes, 0) end as mid_range_makes,
    case when judged.has_shot_zones then coalesce(zones_of_team.three_attempts, 0) end as three_attempts,
    case when judged.has_shot_zones then coalesce(zones_of_team.three_makes, 0) end as three_makes
  from judged
  join team_boxes as own
    on own.game_id = judged.game_id
    and own.team_abbr = judged.team_abbr
  left join zones_of_team
    on zones_of_team.game_id = judged.game_id
    and zones_of_team.team_abbr = judged.team_abbr
  where judged.failure_category is null
)
select
  judged.game_id,
  judged.game_date,
  judged.team_abbr,
  facts.season_year,
  facts.opponent_team_abbr,
  facts.home_game,
  facts.points as points_scored,
  facts.fg_attempts,
  facts.fg_makes,
  facts.three_pt_attempts,
  facts.three_pt_makes,
  facts.ft_attempts,
  facts.ft_makes,
  facts.offensive_rebounds,
  facts.total_rebounds as rebounds,
  facts.assists,
  facts.turnovers,
  facts.personal_fouls,
  facts.has_shot_zones,
  cast(facts.paint_attempts as int64) as team_paint_attempts,
  cast(facts.paint_makes as int64) as team_paint_makes,
  cast(facts.mid_range_attempts as int64) as team_mid_range_attempts,
  cast(facts.mid_range_makes as int64) as team_mid_range_makes,
  cast(facts.three_attempts as int64) as team_zone_three_attempts,
  cast(facts.three_makes as int64) as team_zone_three_makes,
  round(round(facts.possessions, 9) * 1e1) / 1e1 as possessions,
  round(round(100 * facts.points / nullif(facts.possessions, 0), 9) * 1e2) / 1e2 as offensive_rating,
  round(round(facts.possessions * 48 / nullif(facts.team_minutes / 5, 0), 9) * 1e2) / 1e2 as pace,
  round(round(facts.points / nullif(2 * facts.shooting_tries, 0), 9) * 1e3) / 1e3 as ts_pct,
  facts.points > facts.opp_points as win_flag,
  facts.points - facts.opp_points as margin_of_victory,
  cast(round((facts.team_minutes - 240) / 25) as int64) as overtime_periods,
  judged.failure_category,
  case when judged.failure_category is not null then judged.failure_reason end as failure_reason
from judged
left join facts
  on facts.game_id = judged.game_id
  and facts.team_abbr = judged.team_abbr
