-- One row per player, game and bookmaker that offered a points line. Key (game_id, player_lookup, bookmaker).
-- Two lines of one bookmaker: the lower one.
with offers as (
  unpivot (
    select
      eastern_date_of(tidygamedatetime) as game_date,
      tidyhometeam as home_team_abbr,
      tidyawayteam as away_team_abbr,
      player_lookup_of(tidyplayer) as player_lookup,
      tidyline as points_line,
      draftkings,
      fanduel,
      pointsbet
    from file_props
    where prop = 'player points ou' and tidyou = 'over'
  )
  on draftkings, fanduel, pointsbet
  into name bookmaker value price
)
select
  games.game_id,
  games.game_date,
  offers.player_lookup,
  offers.bookmaker,
  cast(offers.points_line as double) as points_line,
  cast(round(offers.price) as bigint) as over_price
from offers
join nba_raw.nbac_schedule as games
  on games.game_date = offers.game_date
  and games.home_team_abbr = offers.home_team_abbr
  and games.away_team_abbr = offers.away_team_abbr
qualify row_number() over (
  partition by games.game_id, offers.player_lookup, offers.bookmaker order by points_line, price
) = 1
order by game_id, player_lookup, bookmaker
