-- Grain: one row per listed player and date, before the games of the date. Key (player_lookup, game_date); the entity is
-- player_lookup. History is strictly earlier: window frames over days end one day before the date, and states after
-- game n are joined to the date whose number of earlier games is n.
-- Reads player and team games from the season's start to the end of the chunk once; the other tables for the chunk only.
with dates as (
  select game_date, season_year, day_of_season
  from nba_processing.season_calendar
  where game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
),
games as (
  select
    schedule.game_id,
    schedule.game_date,
    schedule.home_team_abbr,
    schedule.away_team_abbr,
    dates.season_year,
    dates.day_of_season
  from nba_raw.nbac_schedule as schedule
  join dates
    on dates.game_date = schedule.game_date
  where schedule.game_date between @start_date and @end_date
    and schedule.game_status = 3
),
gamebook_rows as (
  select
    games.game_id,
    games.game_date,
    games.season_year,
    games.day_of_season,
    listed.player_lookup,
    listed.team_abbr,
    case listed.team_abbr
      when games.home_team_abbr then games.away_team_abbr
      when games.away_team_abbr then games.home_team_abbr
    end as opponent_team_abbr,
    listed.team_abbr = games.home_team_abbr as home_game,
    listed.player_status = 'inactive' as on_inactive_list
  from nba_raw.nbac_gamebook_player_stats as listed
  join games
    on games.game_id = listed.game_id
  where listed.game_date between @start_date and @end_date
),
listings as (
  select *
  from gamebook_rows
  qualify row_number() over (
    partition by player_lookup, game_date
    order by case when on_inactive_list then 1 else 0 end, game_id
  ) = 1
),
player_games as (
  select
    dates.season_year,
    dates.day_of_season,
    played.player_lookup,
    played.points,
    played.seconds_played,
    played.usage_rate,
    row_number() over newest_last as game_number,
    dates.day_of_season - lag(dates.day_of_season) over newest_last = 1 as follows_a_game,
    sum(played.points) over last_5_games as points_of_5,
    count(*) over last_5_games as games_of_5,
    sum(played.points) over last_10_games as points_of_10,
    count(*) over last_10_games as games_of_10
  from nba_analytics.player_game_summary as played
  join dates
    on dates.game_date = played.game_date
  where played.game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
  window
    newest_last as (partition by dates.season_year, played.player_lookup order by dates.day_of_season, played.game_id),
    last_5_games as (
      partition by dates.season_year, played.player_lookup order by dates.day_of_season, played.game_id
      rows between 4 preceding and current row),
    last_10_games as (
      partition by dates.season_year, played.player_lookup order by dates.day_of_season, played.game_id
      rows between 9 preceding and current row)
),
usage_games as (
  select
    season_year,
    player_lookup,
    row_number() over newest_last as usage_number,
    sum(usage_rate * seconds_played) over last_3_games / sum(seconds_played) over last_3_games as usage_of_3,
    sum(usage_rate * seconds_played) over last_10_games / sum(seconds_played) over last_10_games as usage_of_10
  from player_games
  where usage_rate is not null
  window
    newest_last as (partition by season_year, player_lookup order by game_number),
    last_3_games as (partition by season_year, player_lookup order by game_number rows between 2 preceding and current row),
    last_10_games as (partition by season_year, player_lookup order by game_number rows between 9 preceding and current row)
),
player_days as (
  select
    season_year,
    player_lookup,
    day_of_season,
    1 as games,
    case when usage_rate is null then 0 else 1 end as usage_games,
    seconds_played as seconds,
    case when follows_a_game then 1 else 0 end as back_to_backs,
    day_of_season as game_day
  from player_games
  union all
  select
    season_year,
    player_lookup,
    day_of_season,
    0 as games,
    0 as usage_games,
    0 as seconds,
    0 as back_to_backs,
    cast(null as int64) as game_day
  from listings
),
histories as (
  select
    season_year,
    player_lookup,
    day_of_season,
    games as games_of_row,
    coalesce(sum(games) over earlier_days, 0) as games_played,
    coalesce(sum(usage_games) over earlier_days, 0) as usage_games_played,
    day_of_season - max(game_day) over earlier_days as days_rest,
    coalesce(sum(games) over last_7_days, 0) as games_in_last_7_days,
    coalesce(sum(games) over last_14_days, 0) as games_in_last_14_days,
    coalesce(sum(seconds) over last_7_days, 0) as seconds_in_last_7_days,
    coalesce(sum(seconds) over last_14_days, 0) as seconds_in_last_14_days,
    coalesce(sum(back_to_backs) over last_13_days, 0) as back_to_backs_last_14_days
  from player_days
  window
    earlier_days as (partition by season_year, player_lookup order by day_of_season range between unbounded preceding and 1 preceding),
    last_7_days as (partition by season_year, player_lookup order by day_of_season range between 7 preceding and 1 preceding),
    last_13_days as (partition by season_year, player_lookup order by day_of_season range between 13 preceding and 1 preceding),
    last_14_days as (partition by season_year, player_lookup order by day_of_season range between 14 preceding and 1 preceding)
),
players_before as (
  select
    histories.season_year,
    histories.player_lookup,
    histories.day_of_season,
    histories.games_played,
    histories.usage_games_played,
    histories.days_rest,
    histories.games_in_last_7_days,
    histories.games_in_last_14_days,
    histories.seconds_in_last_7_days,
    histories.seconds_in_last_14_days,
    histories.back_to_backs_last_14_days,
    player_games.points_of_5 / player_games.games_of_5 as points_avg_last_5,
    player_games.points_of_10 / player_games.games_of_10 as points_avg_last_10,
    histories.games_played >= 5
      and histories.days_rest <= 30
      and player_games.points_of_10 >= 18 * player_games.games_of_10 as is_star,
    usage_games.usage_of_3,
    usage_games.usage_of_10
  from histories
  left join player_games
    on player_games.season_year = histories.season_year
    and player_games.player_lookup = histories.player_lookup
    and player_games.game_number = histories.games_played
  left join usage_games
    on usage_games.season_year = histories.season_year
    and usage_games.player_lookup = histories.player_lookup
    and usage_games.usage_number = histories.usage_games_played
  where histories.games_of_row = 0
),
stars_out as (
  select
    gamebook_rows.game_id,
    gamebook_rows.team_abbr,
    gamebook_rows.player_lookup
  from gamebook_rows
  join players_before
    on players_before.season_year = gamebook_rows.season_year
    and players_before.player_lookup = gamebook_rows.player_lookup
    and players_before.day_of_season = gamebook_rows.day_of_season
  where gamebook_rows.on_inactive_list
    and players_before.is_star
),
stars_out_of_team as (
  select game_id, team_abbr, count(*) as stars
  from stars_out
  group by game_id, team_abbr
),
team_games as (
  select
    dates.season_year,
    dates.day_of_season,
    offence.team_abbr,
    offence.pace,
    row_number() over newest_last as game_number,
    avg(offence.pace) over last_10_games as pace_of_10
  from nba_analytics.team_offense_game_summary as offence
  join dates
    on dates.game_date = offence.game_date
  where offence.game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
  window
    newest_last as (partition by dates.season_year, offence.team_abbr order by dates.day_of_season, offence.game_id),
    last_10_games as (
      partition by dates.season_year, offence.team_abbr order by dates.day_of_season, offence.game_id
      rows between 9 preceding and current row)
),
team_days as (
  select season_year, team_abbr, day_of_season, 1 as games
  from team_games
  union all
  select distinct season_year, opponent_team_abbr as team_abbr, day_of_season, 0 as games
  from listings
),
team_histories as (
  select
    season_year,
    team_abbr,
    day_of_season,
    games as games_of_row,
    coalesce(
      sum(games) over (
        partition by season_year, team_abbr order by day_of_season range between unbounded preceding and 1 preceding),
      0
    ) as games_played
  from team_days
),
opponents_before as (
  select
    team_histories.season_year,
    team_histories.team_abbr,
    team_histories.day_of_season,
    team_games.pace_of_10
  from team_histories
  join team_games
    on team_games.season_year = team_histories.season_year
    and team_games.team_abbr = team_histories.team_abbr
    and team_games.game_number = team_histories.games_played
  where team_histories.games_of_row = 0
),
paces_of_day as (
  select season_year, day_of_season, sum(pace) as pace, count(*) as games
  from team_games
  group by season_year, day_of_season
),
league_before as (
  select
    dates.season_year,
    dates.day_of_season,
    sum(paces_of_day.pace) over last_30_days / sum(paces_of_day.games) over last_30_days as pace
  from dates
  left join paces_of_day
    on paces_of_day.season_year = dates.season_year
    and paces_of_day.day_of_season = dates.day_of_season
  window last_30_days as (partition by dates.season_year order by dates.day_of_season range between 30 preceding and 1 preceding)
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
reports as (
  select game_date, team_abbr, player_lookup, injury_status
  from nba_raw.nbac_injury_report
  where game_date between @start_date and @end_date
    and game_date = cast(date_add(report_date, interval 1 day) as date)
),
report_dates as (
  select distinct game_date
  from reports
),
lines as (
  select game_id, team_abbr, game_spread, game_total
  from nba_raw.odds_api_game_lines
  where game_date between @start_date and @end_date
),
judged as (
  select
    listings.*,
    players_before.games_played,
    players_before.days_rest,
    players_before.games_in_last_7_days,
    players_before.games_in_last_14_days,
    players_before.seconds_in_last_7_days,
    players_before.seconds_in_last_14_days,
    players_before.back_to_backs_last_14_days,
    players_before.points_avg_last_5,
    players_before.points_avg_last_10,
    players_before.usage_of_3,
    players_before.usage_of_10,
    case
      when listings.opponent_team_abbr is null then 'PROCESSING_ERROR'
      when players_before.games_played > 0 and players_before.points_avg_last_10 is null then 'PROCESSING_ERROR'
    end as failure_category,
    case
      when listings.opponent_team_abbr is null then 'the gamebook lists him for a team that does not play in the game'
      when players_before.games_played > 0 and players_before.points_avg_last_10 is null then 'his earlier games have no points'
    end as failure_reason
  from listings
  join players_before
    on players_before.season_year = listings.season_year
    and players_before.player_lookup = listings.player_lookup
    and players_before.day_of_season = listings.day_of_season
),
facts as (
  select
    judged.*,
    opponents_before.pace_of_10 as opponent_pace,
    league_before.pace as league_pace,
    coalesce(stars_out_of_team.stars, 0) - case when stars_out.player_lookup is null then 0 else 1 end as star_teammates_out,
    case
      when report_dates.game_date is null then null
      when own_report.injury_status is not null then own_report.injury_status
      when no_report.injury_status is not null then null
      else 'not_listed'
    end as injury_status,
    lines.game_spread,
    lines.game_total,
    points_lines.points_line
  from judged
  left join opponents_before
    on opponents_before.season_year = judged.season_year
    and opponents_before.team_abbr = judged.opponent_team_abbr
    and opponents_before.day_of_season = judged.day_of_season
  left join league_before
    on league_before.season_year = judged.season_year
    and league_before.day_of_season = judged.day_of_season
  left join stars_out_of_team
    on stars_out_of_team.game_id = judged.game_id
    and stars_out_of_team.team_abbr = judged.team_abbr
  left join stars_out
    on stars_out.game_id = judged.game_id
    and stars_out.team_abbr = judged.team_abbr
    and stars_out.player_lookup = judged.player_lookup
  left join report_dates
    on report_dates.game_date = judged.game_date
  left join reports as own_report
    on own_report.game_date = judged.game_date
    and own_report.team_abbr = judged.team_abbr
    and own_report.player_lookup = judged.player_lookup
  left join reports as no_report
    on no_report.game_date = judged.game_date
    and no_report.team_abbr = judged.team_abbr
    and no_report.player_lookup = '*'
  left join lines
    on lines.game_id = judged.game_id
    and lines.team_abbr = judged.team_abbr
  left join points_lines
    on points_lines.game_id = judged.game_id
    and points_lines.player_lookup = judged.player_lookup
  where judged.failure_category is null
)
select
  judged.player_lookup,
  judged.game_date,
  facts.season_year,
  facts.game_id,
  facts.team_abbr,
  facts.opponent_team_abbr,
  facts.home_game,
  facts.on_inactive_list,
  case
    when extract(month from facts.game_date) in (10, 11) then 'early'
    when extract(month from facts.game_date) in (12, 1, 2) then 'mid'
    when facts.game_date is not null then 'late'
  end as season_phase,
  cast(facts.games_played as int64) as games_played_season,
  cast(facts.days_rest as int64) as days_rest,
  case when facts.game_id is not null then coalesce(facts.days_rest = 1, false) end as back_to_back,
  cast(facts.games_in_last_7_days as int64) as games_in_last_7_days,
  cast(facts.games_in_last_14_days as int64) as games_in_last_14_days,
  round(round(facts.seconds_in_last_7_days / 60, 9) * 1e2) / 1e2 as minutes_in_last_7_days,
  round(round(facts.seconds_in_last_14_days / 60, 9) * 1e2) / 1e2 as minutes_in_last_14_days,
  round(round(facts.seconds_in_last_7_days / 60 / nullif(facts.games_in_last_7_days, 0), 9) * 1e2) / 1e2 as avg_minutes_per_game_last_7,
  cast(facts.back_to_backs_last_14_days as int64) as back_to_backs_last_14_days,
  round(round(facts.points_avg_last_5, 9) * 1e2) / 1e2 as points_avg_last_5,
  round(round(facts.points_avg_last_10, 9) * 1e2) / 1e2 as points_avg_last_10,
  round(round(facts.usage_of_3, 9) * 1e2) / 1e2 as projected_usage_rate,
  round(round(facts.usage_of_10, 9) * 1e2) / 1e2 as usage_rate_last_10,
  round(round(facts.opponent_pace, 9) * 1e2) / 1e2 as opponent_pace_last_10,
  round(round(facts.league_pace, 9) * 1e2) / 1e2 as league_pace,
  round(round(facts.opponent_pace - facts.league_pace, 9) * 1e2) / 1e2 as pace_differential,
  cast(facts.star_teammates_out as int64) as star_teammates_out,
  facts.injury_status,
  facts.game_spread,
  facts.game_total,
  facts.points_line,
  judged.failure_category,
  judged.failure_reason
from judged
left join facts
  on facts.player_lookup = judged.player_lookup
  and facts.game_date = judged.game_date
