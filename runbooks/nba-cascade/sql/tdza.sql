-- Team defence by zone, as it stood before the first game of a date.
-- Grain: one row per team of the league and calendar date from @start_date to @end_date; key (team_abbr, analysis_date).
-- Windows: the team's previous 15 games; all teams' previous 30 days for the league average. History is below the date
-- and inside its season. Reads each partition from the season's first day once; no work per pair of dates.
-- Sums are of integers (ratings in hundredths), so that no order of summation shows.
with teams as (
  select 'ATL' as team_abbr union all select 'BKN' union all select 'BOS' union all select 'CHA' union all
  select 'CHI' union all select 'CLE' union all select 'DAL' union all select 'DEN' union all select 'DET' union all
  select 'GSW' union all select 'HOU' union all select 'IND' union all select 'LAC' union all select 'LAL' union all
  select 'MEM' union all select 'MIA' union all select 'MIL' union all select 'MIN' union all select 'NOP' union all
  select 'NYK' union all select 'OKC' union all select 'ORL' union all select 'PHI' union all select 'PHX' union all
  select 'POR' union all select 'SAC' union all select 'SAS' union all select 'TOR' union all select 'UTA' union all
  select 'WAS'
),
calendar_days as (
  select game_date, season_year, day_of_season
  from nba_processing.season_calendar
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date <= @end_date
),
defence_games as (
  select
    calendar_days.season_year, games.defending_team_abbr as team_abbr, games.game_date, games.game_id,
    games.points_allowed,
    cast(round(games.defensive_rating * 100) as int64) as rating_hundredths,
    cast(round(games.opponent_pace * 100) as int64) as pace_hundredths,
    case when games.has_shot_zones then 1 else 0 end as zone_games,
    case when games.has_shot_zones then games.opp_paint_attempts else 0 end as paint_attempts,
    case when games.has_shot_zones then games.opp_paint_makes else 0 end as paint_makes,
    case when games.has_shot_zones then games.points_in_paint_allowed else 0 end as paint_points,
    case when games.has_shot_zones then games.blocks_paint else 0 end as paint_blocks,
    case when games.has_shot_zones then games.opp_mid_range_attempts else 0 end as mid_range_attempts,
    case when games.has_shot_zones then games.opp_mid_range_makes else 0 end as mid_range_makes,
    case when games.has_shot_zones then games.mid_range_points_allowed else 0 end as mid_range_points,
    case when games.has_shot_zones then games.blocks_mid_range else 0 end as mid_range_blocks,
    case when games.has_shot_zones then games.opp_zone_three_attempts else 0 end as three_pt_attempts,
    case when games.has_shot_zones then games.opp_zone_three_makes else 0 end as three_pt_makes,
    case when games.has_shot_zones then games.three_pt_points_allowed else 0 end as three_pt_points,
    case when games.has_shot_zones then games.blocks_three_pt else 0 end as three_pt_blocks
  from nba_analytics.team_defense_game_summary as games
  join calendar_days on calendar_days.game_date = games.game_date
  where games.game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and games.game_date < @end_date
),
form_after_game as (
  select
    season_year, team_abbr,
    row_number() over (partition by season_year, team_abbr order by game_date, game_id) as game_number,
    count(*) over last_15 as games_in_sample,
    cast(sum(zone_games) over last_15 as int64) as games_with_zones,
    cast(sum(points_allowed) over last_15 as int64) as points_allowed,
    cast(sum(rating_hundredths) over last_15 as int64) as rating_hundredths,
    cast(sum(pace_hundredths) over last_15 as int64) as pace_hundredths,
    cast(sum(paint_attempts) over last_15 as int64) as paint_attempts,
    cast(sum(paint_makes) over last_15 as int64) as paint_makes,
    cast(sum(paint_points) over last_15 as int64) as paint_points,
    cast(sum(paint_blocks) over last_15 as int64) as paint_blocks,
    cast(sum(mid_range_attempts) over last_15 as int64) as mid_range_attempts,
    cast(sum(mid_range_makes) over last_15 as int64) as mid_range_makes,
    cast(sum(mid_range_points) over last_15 as int64) as mid_range_points,
    cast(sum(mid_range_blocks) over last_15 as int64) as mid_range_blocks,
    cast(sum(three_pt_attempts) over last_15 as int64) as three_pt_attempts,
    cast(sum(three_pt_makes) over last_15 as int64) as three_pt_makes,
    cast(sum(three_pt_points) over last_15 as int64) as three_pt_points,
    cast(sum(three_pt_blocks) over last_15 as int64) as three_pt_blocks
  from defence_games
  window last_15 as (
    partition by season_year, team_abbr order by game_date, game_id rows between 14 preceding and current row
  )
),
defence_days as (
  select
    team_abbr, game_date,
    count(*) as games,
    cast(sum(zone_games) as int64) as zone_games,
    cast(sum(paint_attempts) as int64) as paint_attempts,
    cast(sum(paint_makes) as int64) as paint_makes,
    cast(sum(mid_range_attempts) as int64) as mid_range_attempts,
    cast(sum(mid_range_makes) as int64) as mid_range_makes,
    cast(sum(three_pt_attempts) as int64) as three_pt_attempts,
    cast(sum(three_pt_makes) as int64) as three_pt_makes
  from defence_games
  group by team_abbr, game_date
),
box_days as (
  select team_abbr, game_date, count(distinct game_id) as games
  from nba_raw.nbac_team_boxscore
  where game_date >= cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
    and game_date < @end_date
  group by team_abbr, game_date
),
team_days as (
  select
    teams.team_abbr, calendar_days.season_year, calendar_days.game_date as analysis_date,
    coalesce(cast(sum(defence_days.games) over earlier_dates as int64), 0) as games_known,
    coalesce(cast(sum(box_days.games) over earlier_dates as int64), 0) as games_played,
    coalesce(cast(sum(defence_days.zone_games) over last_30_days as int64), 0) as zone_games,
    cast(sum(defence_days.paint_attempts) over last_30_days as int64) as paint_attempts,
    cast(sum(defence_days.paint_makes) over last_30_days as int64) as paint_makes,
    cast(sum(defence_days.mid_range_attempts) over last_30_days as int64) as mid_range_attempts,
    cast(sum(defence_days.mid_range_makes) over last_30_days as int64) as mid_range_makes,
    cast(sum(defence_days.three_pt_attempts) over last_30_days as int64) as three_pt_attempts,
    cast(sum(defence_days.three_pt_makes) over last_30_days as int64) as three_pt_makes
  from calendar_days
  cross join teams
  left join defence_days on defence_days.team_abbr = teams.team_abbr and defence_days.game_date = calendar_days.game_date
  left join box_days on box_days.team_abbr = teams.team_abbr and box_days.game_date = calendar_days.game_date
  window
    earlier_dates as (
      partition by calendar_days.season_year, teams.team_abbr order by calendar_days.day_of_season
      rows between unbounded preceding and 1 preceding
    ),
    last_30_days as (
      partition by calendar_days.season_year, teams.team_abbr order by calendar_days.day_of_season
      range between 30 preceding and 1 preceding
    )
),
league_days as (
  select
    analysis_date,
    case when count(*) >= 10 then 'computed' else 'default' end as league_avg_source,
    case when count(*) >= 10 then avg(paint_makes / nullif(paint_attempts, 0)) else 0.580e0 end as paint_pct,
    case when count(*) >= 10 then avg(mid_range_makes / nullif(mid_range_attempts, 0)) else 0.410e0 end as mid_range_pct,
    case when count(*) >= 10 then avg(three_pt_makes / nullif(three_pt_attempts, 0)) else 0.355e0 end as three_pt_pct
  from team_days
  where analysis_date >= @start_date and zone_games >= 5
  group by analysis_date
),
samples as (
  select
    team_days.team_abbr, team_days.analysis_date, team_days.games_known, team_days.games_played,
    coalesce(league_days.league_avg_source, 'default') as league_avg_source,
    coalesce(league_days.paint_pct, 0.580e0) as league_paint_pct,
    coalesce(league_days.mid_range_pct, 0.410e0) as league_mid_range_pct,
    coalesce(league_days.three_pt_pct, 0.355e0) as league_three_pt_pct,
    form.games_in_sample, form.games_with_zones, form.points_allowed, form.rating_hundredths, form.pace_hundredths,
    form.paint_attempts, form.paint_makes, form.paint_points, form.paint_blocks,
    form.mid_range_attempts, form.mid_range_makes, form.mid_range_points, form.mid_range_blocks,
    form.three_pt_attempts, form.three_pt_makes, form.three_pt_points, form.three_pt_blocks,
    case
      when team_days.games_known < @min_games and team_days.games_played >= @min_games then 'INCOMPLETE_UPSTREAM'
      when team_days.games_known < @min_games and team_days.games_known = 0 and team_days.games_played = 0 then 'INSUFFICIENT_DATA'
      when team_days.games_known < @min_games then 'EXPECTED_INCOMPLETE'
      when form.paint_attempts = 0 or form.mid_range_attempts = 0 or form.three_pt_attempts = 0 then 'NO_SHOT_ZONE'
    end as failure_category
  from team_days
  left join form_after_game as form
    on form.season_year = team_days.season_year
    and form.team_abbr = team_days.team_abbr
    and form.game_number = team_days.games_known
  left join league_days on league_days.analysis_date = team_days.analysis_date
  where team_days.analysis_date >= @start_date
),
zones as (
  select
    team_abbr, analysis_date, games_in_sample, games_with_zones, league_avg_source,
    round(round(paint_makes / nullif(paint_attempts, 0), 9) * 1e3) / 1e3 as paint_pct_allowed_last_15,
    round(round(mid_range_makes / nullif(mid_range_attempts, 0), 9) * 1e3) / 1e3 as mid_range_pct_allowed_last_15,
    round(round(three_pt_makes / nullif(three_pt_attempts, 0), 9) * 1e3) / 1e3 as three_pt_pct_allowed_last_15,
    round(round(paint_attempts / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as paint_attempts_allowed_per_game,
    round(round(mid_range_attempts / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as mid_range_attempts_allowed_per_game,
    round(round(three_pt_attempts / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as three_pt_attempts_allowed_per_game,
    round(round(paint_points / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as paint_points_allowed_per_game,
    round(round(mid_range_points / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as mid_range_points_allowed_per_game,
    round(round(three_pt_points / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as three_pt_points_allowed_per_game,
    round(round(paint_blocks / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as paint_blocks_per_game,
    round(round(mid_range_blocks / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as mid_range_blocks_per_game,
    round(round(three_pt_blocks / nullif(games_with_zones, 0), 9) * 1e2) / 1e2 as three_pt_blocks_per_game,
    round(round((paint_makes / nullif(paint_attempts, 0) - league_paint_pct) * 100, 9) * 1e2) / 1e2 as paint_defense_vs_league_avg,
    round(round((mid_range_makes / nullif(mid_range_attempts, 0) - league_mid_range_pct) * 100, 9) * 1e2) / 1e2 as mid_range_defense_vs_league_avg,
    round(round((three_pt_makes / nullif(three_pt_attempts, 0) - league_three_pt_pct) * 100, 9) * 1e2) / 1e2 as three_pt_defense_vs_league_avg,
    round(round(rating_hundredths / nullif(games_in_sample * 100, 0), 9) * 1e2) / 1e2 as defensive_rating_last_15,
    round(round(points_allowed / nullif(games_in_sample, 0), 9) * 1e2) / 1e2 as opponent_points_per_game,
    round(round(pace_hundredths / nullif(games_in_sample * 100, 0), 9) * 1e2) / 1e2 as opponent_pace
  from samples
  where failure_category is null
),
-- A share above 1 or a missing rating cannot come from real games: no profile, hence PROCESSING_ERROR below.
profiles as (
  select
    *,
    case
      when paint_defense_vs_league_avg <= mid_range_defense_vs_league_avg
        and paint_defense_vs_league_avg <= three_pt_defense_vs_league_avg then 'paint'
      when mid_range_defense_vs_league_avg <= three_pt_defense_vs_league_avg then 'mid_range'
      else 'perimeter'
    end as strongest_zone,
    case
      when paint_defense_vs_league_avg >= mid_range_defense_vs_league_avg
        and paint_defense_vs_league_avg >= three_pt_defense_vs_league_avg then 'paint'
      when mid_range_defense_vs_league_avg >= three_pt_defense_vs_league_avg then 'mid_range'
      else 'perimeter'
    end as weakest_zone,
    case when games_in_sample >= 15 then 'high' when games_in_sample >= 10 then 'medium' else 'low' end as data_quality_tier
  from zones
  where paint_pct_allowed_last_15 <= 1 and mid_range_pct_allowed_last_15 <= 1 and three_pt_pct_allowed_last_15 <= 1
    and defensive_rating_last_15 is not null and opponent_points_per_game is not null and opponent_pace is not null
)
select
  samples.team_abbr,
  samples.analysis_date,
  profiles.games_in_sample,
  profiles.games_with_zones,
  profiles.paint_pct_allowed_last_15,
  profiles.mid_range_pct_allowed_last_15,
  profiles.three_pt_pct_allowed_last_15,
  profiles.paint_attempts_allowed_per_game,
  profiles.mid_range_attempts_allowed_per_game,
  profiles.three_pt_attempts_allowed_per_game,
  profiles.paint_points_allowed_per_game,
  profiles.mid_range_points_allowed_per_game,
  profiles.three_pt_points_allowed_per_game,
  profiles.paint_blocks_per_game,
  profiles.mid_range_blocks_per_game,
  profiles.three_pt_blocks_per_game,
  profiles.paint_defense_vs_league_avg,
  profiles.mid_range_defense_vs_league_avg,
  profiles.three_pt_defense_vs_league_avg,
  profiles.league_avg_source,
  profiles.defensive_rating_last_15,
  profiles.opponent_points_per_game,
  profiles.opponent_pace,
  profiles.strongest_zone,
  profiles.weakest_zone,
  profiles.data_quality_tier,
  case
    when samples.failure_category is not null then samples.failure_category
    when profiles.team_abbr is null then 'PROCESSING_ERROR'
  end as failure_category,
  case
    when samples.failure_category = 'INCOMPLETE_UPSTREAM'
      then 'team_defense_game_summary has ' || cast(samples.games_known as string) || ' of the '
        || cast(samples.games_played as string) || ' games in nbac_team_boxscore this season'
    when samples.failure_category = 'INSUFFICIENT_DATA' then 'no game this season in team_defense_game_summary or nbac_team_boxscore'
    when samples.failure_category = 'EXPECTED_INCOMPLETE'
      then 'team_defense_game_summary holds ' || cast(samples.games_known as string) || ' of the '
        || cast(@min_games as string) || ' games needed this season'
    when samples.failure_category = 'NO_SHOT_ZONE'
      then 'team_defense_game_summary has zones in ' || cast(samples.games_with_zones as string) || ' of '
        || cast(samples.games_in_sample as string) || ' games and no attempt in at least one zone'
    when profiles.team_abbr is null then 'team_defense_game_summary gives more makes than attempts, or no rating'
  end as failure_reason
from samples
left join profiles on profiles.team_abbr = samples.team_abbr and profiles.analysis_date = samples.analysis_date
