-- One row per listed player of a game: who played, who did not although dressed, who was on the inactive list.
-- Key (game_id, player_lookup). A box row wins over an inactive line of the same player and game.
with listings as (
  select
    date as game_date,
    team_of_bref(right(game, 3)) as home_team_abbr,
    team_of_bref(team) as team_abbr,
    player_id,
    player,
    case when reason is null then 'active' else 'dnp' end as player_status,
    reason as dnp_reason,
    reason is null and starter = 1 as is_starter,
    mp, pts, fg, fga, fg3, fg3a, ft, fta, orb, drb, trb, ast, stl, blk, tov, pf, plus_minus
  from file_player_box
  union all by name
  select
    date as game_date,
    team_of_bref(right(inactive.game, 3)) as home_team_abbr,
    team_of_bref(inactive.team) as team_abbr,
    inactive.player_id,
    inactive.player,
    'inactive' as player_status,
    false as is_starter
  from file_inactive as inactive
  anti join file_player_box as box
    on box.game = inactive.game and box.player_id = inactive.player_id
)
select
  games.game_id,
  games.game_date,
  games.season_year,
  listings.team_abbr,
  case listings.team_abbr
    when games.home_team_abbr then games.away_team_abbr
    when games.away_team_abbr then games.home_team_abbr
  end as opponent_team_abbr,
  listings.team_abbr = games.home_team_abbr as is_home,
  coalesce(players.player_lookup, player_lookup_of(listings.player)) as player_lookup,
  coalesce(players.player_name, trim(listings.player)) as player_name,
  listings.player_status,
  listings.dnp_reason,
  listings.is_starter,
  case when player_status = 'active' then mp end as minutes,
  case when player_status = 'active' then seconds_of(mp) end as seconds_played,
  case when player_status = 'active' then cast(pts as bigint) end as points,
  case when player_status = 'active' then cast(fg as bigint) end as fg_makes,
  case when player_status = 'active' then cast(fga as bigint) end as fg_attempts,
  case when player_status = 'active' then cast(fg3 as bigint) end as three_pt_makes,
  case when player_status = 'active' then cast(fg3a as bigint) end as three_pt_attempts,
  case when player_status = 'active' then cast(ft as bigint) end as ft_makes,
  case when player_status = 'active' then cast(fta as bigint) end as ft_attempts,
  case when player_status = 'active' then cast(orb as bigint) end as offensive_rebounds,
  case when player_status = 'active' then cast(drb as bigint) end as defensive_rebounds,
  case when player_status = 'active' then cast(trb as bigint) end as total_rebounds,
  case when player_status = 'active' then cast(ast as bigint) end as assists,
  case when player_status = 'active' then cast(stl as bigint) end as steals,
  case when player_status = 'active' then cast(blk as bigint) end as blocks,
  case when player_status = 'active' then cast(tov as bigint) end as turnovers,
  case when player_status = 'active' then cast(pf as bigint) end as personal_fouls,
  case when player_status = 'active' then cast(plus_minus as bigint) end as plus_minus
from listings
join nba_raw.nbac_schedule as games
  on games.game_date = listings.game_date and games.home_team_abbr = listings.home_team_abbr
left join players on players.bref_player_id = listings.player_id
order by game_id, team_abbr, player_lookup
