-- One row per field goal attempt and free throw. Of @broken_feeds games in the new year the feed has broken off or is missing.
with feeds as (
  select
    game_no,
    case
      when row_number() over breakdowns > @broken_feeds or month(game_date) >= 10 then 100000
      when row_number() over breakdowns % 2 = 0 then 0
      else 100
    end as events_kept
  from games
  where true
  window breakdowns as (
    partition by season_year, month(game_date) < 10
    order by dice(world || '|feed|' || game_no), game_no
  )
)
select
  games.game_id,
  games.game_date,
  cast(event_seq * 3 + (event_seq * 7 + games.game_no) % 3 as bigint) as event_num,
  cast(event_seq as bigint) as event_seq,
  cast(period as bigint) as period,
  case zone when 0 then 'free throw' else 'shot' end as event_type,
  shooter.player_lookup as player_1_lookup,
  case when events.is_home then games.home_team else games.away_team end as player_1_team_abbr,
  is_made as shot_made,
  case zone when 0 then 'FT' when 3 then '3PT' else '2PT' end as shot_type,
  distance as shot_distance,
  cast(case when not is_made then 0 when zone = 0 then 1 when zone = 3 then 3 else 2 end as bigint) as points_scored,
  helper.player_lookup as player_2_lookup,
  help as player_2_role
from events
inner join games on games.game_no = events.game_no
inner join feeds on feeds.game_no = events.game_no and events.event_seq <= feeds.events_kept
inner join players as shooter on shooter.season_year = games.season_year and shooter.player_no = events.player_no
left join players as helper on helper.season_year = games.season_year and helper.player_no = events.helper_no
