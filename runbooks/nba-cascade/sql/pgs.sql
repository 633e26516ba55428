-- Grain: one row per player who played in a final game. Key (game_id, player_lookup), which is also the entity.
-- Reads the dates of the chunk only, each table once.
-- Zone of a shot: a three by its value, else paint up to 8 feet, else mid-range. All zones of a game are NULL unless
-- its shots are as many as its field goal attempts and every two-pointer has a distance.
-- Values are rounded as round(round(x, 9) * 1e2) / 1e2: round(x, 2) breaks ties differently on the two dialects (-0.435).
with games as (
  select
    game_id,
    home_team_abbr,
    away_team_abbr,
    case when home_score > away_score then home_team_abbr when away_score > home_score then away_team_abbr end as winner
  from nba_raw.nbac_schedule
  where game_date between @start_date and @end_date
    and game_status = 3
),
team_boxes as (
  select
    boxes.game_id,
    boxes.team_abbr,
    boxes.team_minutes,
    boxes.fg_attempts,
    boxes.fg_attempts + 0.44e0 * boxes.ft_attempts + boxes.turnovers as plays_used
  from nba_raw.nbac_team_boxscore as boxes
  join games
    on games.game_id = boxes.game_id
    and boxes.team_abbr in (games.home_team_abbr, games.away_team_abbr)
  where boxes.game_date between @start_date and @end_date
),
boxes_of_game as (
  select
    game_id,
    count(*) as boxes,
    sum(fg_attempts) as fg_attempts
  from team_boxes
  group by game_id
),
shots as (
  select
    game_id,
    player_1_lookup,
    player_2_lookup,
    player_2_role,
    shot_made,
    case when shot_type = '3PT' then 'three' when shot_distance <= 8 then 'paint' when shot_distance > 8 then 'mid_range' end as zone
  from nba_raw.bigdataball_play_by_play
  where game_date between @start_date and @end_date
    and event_type = 'shot'
),
shots_of_game as (
  select
    game_id,
    count(*) as shots,
    count(zone) as shots_with_zone
  from shots
  group by game_id
),
games_with_zones as (
  select boxes_of_game.game_id
  from boxes_of_game
  join shots_of_game
    on shots_of_game.game_id = boxes_of_game.game_id
  where boxes_of_game.boxes = 2
    and shots_of_game.shots = boxes_of_game.fg_attempts
    and shots_of_game.shots_with_zone = shots_of_game.shots
),
roles_in_shots as (
  select
    game_id,
    player_1_lookup as player_lookup,
    zone,
    1 as attempt,
    case when shot_made then 1 else 0 end as make,
    case when shot_made and player_2_role = 'assist' then 1 else 0 end as assisted_make,
    0 as block
  from shots
  union all
  select
    game_id,
    player_2_lookup as player_lookup,
    zone,
    0 as attempt,
    0 as make,
    0 as assisted_make,
    1 as block
  from shots
  where player_2_role = 'block'
),
zones_of_player as (
  select
    game_id,
    player_lookup,
    sum(case when zone = 'paint' then attempt else 0 end) as paint_attempts,
    sum(case when zone = 'paint' then make else 0 end) as paint_makes,
    sum(case when zone = 'mid_range' then attempt else 0 end) as mid_range_attempts,
    sum(case when zone = 'mid_range' then make else 0 end) as mid_range_makes,
    sum(case when zone = 'three' then attempt else 0 end) as three_attempts,
    sum(case when zone = 'three' then make else 0 end) as three_makes,
    sum(assisted_make) as assisted_makes,
    sum(make) as makes,
    sum(case when zone = 'paint' then block else 0 end) as paint_blocks,
    sum(case when zone = 'mid_range' then block else 0 end) as mid_range_blocks,
    sum(case when zone = 'three' then block else 0 end) as three_blocks
  from roles_in_shots
  group by game_id, player_lookup
),
points_lines as (
  select game_id, player_lookup, points_line
  from nba_raw.odds_api_player_points_props
  where game_date between @start_date and @end_date
  qualify row_number() over (
    partition by game_id, player_lookup
    order by case bookmaker when 'draftkings' then 1 when 'fanduel' then 2 else 3 end, bookmaker
  ) = 1
),
appearances as (
  select
    listings.game_id,
    listings.game_date,
    listings.season_year,
    listings.player_lookup,
    listings.team_abbr,
    listings.opponent_team_abbr,
    listings.is_home,
    listings.is_starter,
    listings.team_abbr = games.winner as win_flag,
    listings.seconds_played,
    listings.points,
    listings.assists,
    listings.offensive_rebounds,
    listings.defensive_rebounds,
    listings.total_rebounds,
    listings.steals,
    listings.blocks,
    listings.turnovers,
    listings.personal_fouls,
    listings.fg_makes,
    listings.fg_attempts,
    listings.three_pt_makes,
    listings.three_pt_attempts,
    listings.ft_makes,
    listings.ft_attempts,
    listings.plus_minus,
    listings.fg_attempts + 0.44e0 * listings.ft_attempts as shooting_tries,
    case
      when coalesce(boxes_of_game.boxes, 0) <> 2 then 'INCOMPLETE_UPSTREAM'
      when listings.seconds_played is null
        or listings.points + listings.assists + listings.offensive_rebounds + listings.defensive_rebounds
          + listings.total_rebounds + listings.steals + listings.blocks + listings.turnovers + listings.personal_fouls
          + listings.fg_makes + listings.fg_attempts + listings.three_pt_makes + listings.three_pt_attempts
          + listings.ft_makes + listings.ft_attempts is null
        then 'PROCESSING_ERROR'
      when games.winner is null
        or listings.team_abbr not in (games.home_team_abbr, games.away_team_abbr)
        then 'PROCESSING_ERROR'
    end as failure_category,
    case
      when coalesce(boxes_of_game.boxes, 0) <> 2
        then 'nbac_team_boxscore has ' || cast(coalesce(boxes_of_game.boxes, 0) as string) || ' rows of the game, not 2'
      when listings.seconds_played is null then 'the gamebook has him active without minutes'
      when games.winner is null then 'the schedule has no winner of the final game'
      when listings.team_abbr not in (games.home_team_abbr, games.away_team_abbr)
        then 'the gamebook lists him for a team that does not play in the game'
      else 'the gamebook has him active without statistics'
    end as failure_reason
  from nba_raw.nbac_gamebook_player_stats as listings
  join games
    on games.game_id = listings.game_id
  left join boxes_of_game
    on boxes_of_game.game_id = listings.game_id
  where listings.game_date between @start_date and @end_date
    and listings.player_status = 'active'
),
facts as (
  select
    appearances.*,
    games_with_zones.game_id is not null as has_shot_zones,
    round(round(appearances.seconds_played / 60, 9) * 1e2) / 1e2 as minutes_played,
    zones_of_player.paint_attempts,
    zones_of_player.paint_makes,
    zones_of_player.mid_range_attempts,
    zones_of_player.mid_range_makes,
    zones_of_player.three_attempts,
    zones_of_player.three_makes,
    zones_of_player.assisted_makes,
    zones_of_player.makes,
    zones_of_player.paint_blocks,
    zones_of_player.mid_range_blocks,
    zones_of_player.three_blocks,
    100 * (appearances.shooting_tries + appearances.turnovers) * (team_boxes.team_minutes * 60 / 5)
      / nullif(appearances.seconds_played * team_boxes.plays_used, 0) as share_of_plays,
    points_lines.points_line
  from appearances
  join team_boxes
    on team_boxes.game_id = appearances.game_id
    and team_boxes.team_abbr = appearances.team_abbr
  left join games_with_zones
    on games_with_zones.game_id = appearances.game_id
  left join zones_of_player
    on zones_of_player.game_id = appearances.game_id
    and zones_of_player.player_lookup = appearances.player_lookup
  left join points_lines
    on points_lines.game_id = appearances.game_id
    and points_lines.player_lookup = appearances.player_lookup
  where appearances.failure_category is null
)
select
  appearances.game_id,
  appearances.game_date,
  appearances.player_lookup,
  facts.season_year,
  facts.team_abbr,
  facts.opponent_team_abbr,
  facts.is_home,
  facts.is_starter,
  facts.win_flag,
  facts.seconds_played,
  facts.minutes_played,
  facts.points,
  facts.assists,
  facts.offensive_rebounds,
  facts.defensive_rebounds,
  facts.total_rebounds,
  facts.steals,
  facts.blocks,
  facts.turnovers,
  facts.personal_fouls,
  facts.fg_makes,
  facts.fg_attempts,
  facts.three_pt_makes,
  facts.three_pt_attempts,
  facts.ft_makes,
  facts.ft_attempts,
  facts.plus_minus,
  facts.has_shot_zones,
  cast(case when facts.has_shot_zones then coalesce(facts.paint_attempts, 0) end as int64) as paint_attempts,
  cast(case when facts.has_shot_zones then coalesce(facts.paint_makes, 0) end as int64) as paint_makes,
  cast(case when facts.has_shot_zones then coalesce(facts.mid_range_attempts, 0) end as int64) as mid_range_attempts,
  cast(case when facts.has_shot_zones then coalesce(facts.mid_range_makes, 0) end as int64) as mid_range_makes,
  cast(case when facts.has_shot_zones then coalesce(facts.three_attempts, 0) end as int64) as zone_three_attempts,
  cast(case when facts.has_shot_zones then coalesce(facts.three_makes, 0) end as int64) as zone_three_makes,
  cast(case when facts.has_shot_zones then coalesce(facts.assisted_makes, 0) end as int64) as assisted_fg_makes,
  cast(case when facts.has_shot_zones then coalesce(facts.makes - facts.assisted_makes, 0) end as int64) as unassisted_fg_makes,
  cast(case when facts.has_shot_zones then coalesce(facts.paint_blocks, 0) end as int64) as paint_blocks,
  cast(case when facts.has_shot_zones then coalesce(facts.mid_range_blocks, 0) end as int64) as mid_range_blocks,
  cast(case when facts.has_shot_zones then coalesce(facts.three_blocks, 0) end as int64) as three_pt_blocks,
  round(round(facts.points / nullif(2 * facts.shooting_tries, 0), 9) * 1e3) / 1e3 as ts_pct,
  round(round((facts.fg_makes + 0.5e0 * facts.three_pt_makes) / nullif(facts.fg_attempts, 0), 9) * 1e3) / 1e3 as efg_pct,
  case
    when facts.seconds_played < 60 then null
    when facts.share_of_plays > 100 then 100e0
    else round(round(facts.share_of_plays, 9) * 1e2) / 1e2
  end as usage_rate,
  facts.points_line,
  case
    when facts.points > facts.points_line then 'OVER'
    when facts.points < facts.points_line then 'UNDER'
    when facts.points = facts.points_line then 'PUSH'
  end as over_under_result,
  round(round(facts.points - facts.points_line, 9) * 1e1) / 1e1 as margin,
  appearances.failure_category,
  case when appearances.failure_category is not null then appearances.failure_reason end as failure_reason
from appearances
left join facts
  on facts.game_id = appearances.game_id
  and facts.player_lookup = appearances.player_lookup
