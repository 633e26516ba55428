-- One row: how many of the processor's failures from @start_date to @end_date are of players whose first listing of the season lies in that range.
with first_listing as (
  select
    games.season_year,
    listings.player_lookup,
    min(games.game_date) as game_date
  from nba_raw.nbac_schedule as games
  join nba_raw.nbac_gamebook_player_stats as listings
    on listings.game_id = games.game_id
  where games.game_date <= @end_date
    and games.game_status = 3
    and listings.game_date <= @end_date
  group by 1, 2
),
season_of_range as (
  select max(season_year) as season_year
  from nba_processing.season_calendar
  where game_date between @start_date and @end_date
)
select
  cast(count(distinct first_listing.player_lookup) as string)
    || ' players first listed on or after ' || cast(@start_date as string) as cause,
  count(*) as failures
from nba_processing.precompute_failures as failure
cross join season_of_range
join first_listing
  on first_listing.season_year = season_of_range.season_year
  and first_listing.player_lookup = failure.entity_id
where failure.processor_name = @processor_name
  and failure.analysis_date between @start_date and @end_date
  and first_listing.game_date >= @start_date
