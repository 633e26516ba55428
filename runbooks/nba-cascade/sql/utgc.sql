-- Grain: one row per team of a final game, before the game. Key (game_id, team_abbr), which is also the entity.
-- History is the season's earlier final games by the schedule: strictly before the date, whatever was played on it.
-- Reads the schedule from the season's start to the end of the chunk once; the other tables for the chunk only.
with games as (
  select
    schedule.game_id,
    schedule.game_date,
    schedule.season_year,
    schedule.home_team_abbr,
    schedule.away_team_abbr,
    schedule.home_score,
    schedule.away_score,
    dates.day_of_season
  from nba_raw.nbac_schedule as schedule
  join nba_processing.season_calendar as dates
    on dates.game_date = schedule.game_date
  where schedule.game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
    and dates.game_date <= @end_date
    and schedule.game_status = 3
),
team_games as (
  select
    game_id,
    game_date,
    season_year,
    day_of_season,
    home_team_abbr as team_abbr,
    away_team_abbr as opponent_team_abbr,
    true as home_game,
    home_score - away_score as margin
  from games
  union all
  select
    game_id,
    game_date,
    season_year,
    day_of_season,
    away_team_abbr as team_abbr,
    home_team_abbr as opponent_team_abbr,
    false as home_game,
    away_score - home_score as margin
  from games
),
team_days as (
  select
    season_year,
    team_abbr,
    day_of_season,
    count(*) as games,
    sum(case when margin > 0 then 1 else 0 end) as wins,
    sum(case when margin is null then 1 else 0 end) as games_without_score,
    max(game_id) as newest_game_id
  from team_games
  group by season_year, team_abbr, day_of_season
),
newest_margins as (
  select
    team_days.season_year,
    team_days.team_abbr,
    team_days.day_of_season,
    team_days.games,
    team_days.wins,
    team_days.games_without_score,
    team_games.margin
  from team_days
  join team_games
    on team_games.game_id = team_days.newest_game_id
    and team_games.team_abbr = team_days.team_abbr
),
histories as (
  select
    season_year,
    team_abbr,
    day_of_season,
    coalesce(sum(games) over earlier_days, 0) as games_played,
    coalesce(sum(wins) over earlier_days, 0) as wins,
    coalesce(sum(games_without_score) over earlier_days, 0) as games_without_score,
    coalesce(sum(games) over last_7_days, 0) as games_in_last_7_days,
    coalesce(sum(games) over last_14_days, 0) as games_in_last_14_days,
    lag(day_of_season) over days as newest_day,
    lag(margin) over days as last_game_margin
  from newest_margins
  window
    days as (partition by season_year, team_abbr order by day_of_season),
    earlier_days as (partition by season_year, team_abbr order by day_of_season range between unbounded preceding and 1 preceding),
    last_7_days as (partition by season_year, team_abbr order by day_of_season range between 7 preceding and 1 preceding),
    last_14_days as (partition by season_year, team_abbr order by day_of_season range between 14 preceding and 1 preceding)
),
inactive_players as (
  select
    game_id,
    team_abbr,
    count(*) as players
  from nba_raw.nbac_gamebook_player_stats
  where game_date between @start_date and @end_date
    and player_status = 'inactive'
  group by game_id, team_abbr
),
lines as (
  select game_id, team_abbr, game_spread, game_total
  from nba_raw.odds_api_game_lines
  where game_date between @start_date and @end_date
),
judged as (
  select
    team_games.game_id,
    team_games.game_date,
    team_games.season_year,
    team_games.team_abbr,
    team_games.opponent_team_abbr,
    team_games.home_game,
    histories.games_played,
    histories.wins,
    histories.games_in_last_7_days,
    histories.games_in_last_14_days,
    team_games.day_of_season - histories.newest_day as days_rest,
    histories.last_game_margin,
    case when histories.games_without_score > 0 then 'PROCESSING_ERROR' end as failure_category,
    case when histories.games_without_score > 0 then 'the schedule has earlier final games of the team without a score' end as failure_reason
  from team_games
  join histories
    on histories.season_year = team_games.season_year
    and histories.team_abbr = team_games.team_abbr
    and histories.day_of_season = team_games.day_of_season
  where team_games.game_date between @start_date and @end_date
),
facts as (
  select
    judged.game_id,
    judged.season_year,
    judged.team_abbr,
    judged.opponent_team_abbr,
    judged.home_game,
    judged.games_played,
    judged.wins,
    judged.games_in_last_7_days,
    judged.games_in_last_14_days,
    judged.days_rest,
    judged.last_game_margin,
    lines.game_spread,
    lines.game_total,
    coalesce(inactive_players.players, 0) as players_inactive
  from judged
  left join lines
    on lines.game_id = judged.game_id
    and lines.team_abbr = judged.team_abbr
  left join inactive_players
    on inactive_players.game_id = judged.game_id
    and inactive_players.team_abbr = judged.team_abbr
  where judged.failure_category is null
)
select
  judged.game_id,
  judged.game_date,
  judged.team_abbr,
  facts.season_year,
  facts.opponent_team_abbr,
  facts.home_game,
  cast(facts.games_played as int64) as games_played_season,
  cast(facts.days_rest as int64) as days_rest,
  case when facts.game_id is not null then coalesce(facts.days_rest = 1, false) end as back_to_back,
  cast(facts.games_in_last_7_days as int64) as games_in_last_7_days,
  cast(facts.games_in_last_14_days as int64) as games_in_last_14_days,
  cast(facts.wins as int64) as wins_season,
  round(round(facts.wins / nullif(facts.games_played, 0), 9) * 1e3) / 1e3 as team_win_pct,
  cast(facts.last_game_margin as int64) as last_game_margin,
  facts.game_spread,
  facts.game_total,
  cast(facts.players_inactive as int64) as players_inactive,
  judged.failure_category,
  judged.failure_reason
from judged
left join facts
  on facts.game_id = judged.game_id
  and facts.team_abbr = judged.team_abbr
