-- Grain: a player's context whose history is empty or short although the player, or the opponent, has earlier games.
-- Key (analysis_date, entity_id). Played games are counted by the gamebook, not by the table that the context reads.
with dates as (
  select game_date, season_year
  from nba_processing.season_calendar
  where game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
),
contexts as (
  select
    context.game_date,
    context.season_year,
    context.player_lookup,
    context.opponent_team_abbr,
    context.games_played_season,
    context.projected_usage_rate,
    context.usage_rate_last_10,
    context.opponent_pace_last_10,
    context.pace_differential
  from nba_analytics.upcoming_player_game_context as context
  where context.game_date between @start_date and @end_date
),
player_dates as (
  select dates.season_year, played.player_lookup, played.game_date, count(distinct played.game_id) as games
  from nba_raw.nbac_gamebook_player_stats as played
  join dates
    on dates.game_date = played.game_date
  where played.game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
    and played.player_status = 'active'
  group by dates.season_year, played.player_lookup, played.game_date
  union all
  select season_year, player_lookup, game_date, 0 as games
  from contexts
),
date_sums as (
  select season_year, player_lookup, game_date, sum(games) as games
  from player_dates
  group by season_year, player_lookup, game_date
),
games_before as (
  select
    season_year,
    player_lookup,
    game_date,
    sum(games) over (partition by season_year, player_lookup order by game_date) - games as games
  from date_sums
),
first_usages as (
  select season_year, player_lookup, min(game_date) as game_date
  from nba_analytics.player_game_summary
  where game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
    and usage_rate is not null
  group by season_year, player_lookup
),
first_paces as (
  select season_year, team_abbr, min(game_date) as game_date
  from nba_analytics.team_offense_game_summary
  where game_date between
      cast(cast(extract(year from @start_date) - case when extract(month from @start_date) >= 10 then 0 else 1 end as string) || '-10-01' as date)
      and @end_date
  group by season_year, team_abbr
),
findings as (
  select
    contexts.game_date,
    contexts.player_lookup,
    case
      when contexts.games_played_season <> games_before.games
        then cast(contexts.games_played_season as string) || ' earlier games, the gamebook has ' || cast(games_before.games as string)
      when (contexts.projected_usage_rate is null or contexts.usage_rate_last_10 is null) and first_usages.game_date < contexts.game_date
        then 'no usage rate although an earlier game has one'
      when (contexts.opponent_pace_last_10 is null or contexts.pace_differential is null) and first_paces.game_date < contexts.game_date
        then 'no pace although the opponent has an earlier game'
    end as detail
  from contexts
  join games_before
    on games_before.season_year = contexts.season_year
    and games_before.player_lookup = contexts.player_lookup
    and games_before.game_date = contexts.game_date
  left join first_usages
    on first_usages.season_year = contexts.season_year
    and first_usages.player_lookup = contexts.player_lookup
  left join first_paces
    on first_paces.season_year = contexts.season_year
    and first_paces.team_abbr = contexts.opponent_team_abbr
)
select
  game_date as analysis_date,
  player_lookup as entity_id,
  detail
from findings
where detail is not null
