-- One row per game and listed player: status as the gamebook gives it, decided from health, place in the team and chance alone.
with team_games as (
  select season_year, world, game_no, game_id, game_date, home_team as team, away_team as opponent, true as is_home
  from games
  union all
  select season_year, world, game_no, game_id, game_date, away_team, home_team, false
  from games
),
candidates as (
  select
    team_games.*,
    stints.player_no,
    stints.place_no,
    players.player_name,
    players.player_lookup,
    players.is_stopper,
    players.regard,
    stints.exchange_date is not null and stints.exchange_date = team_games.game_date as is_moving,
    exists (
      select 1
      from absences
      where absences.season_year = team_games.season_year
        and absences.player_no = stints.player_no
        and team_games.game_date between absences.from_date and absences.to_date
    ) as is_hurt,
    dice(team_games.world || '|list|' || team_games.game_no || '|' || stints.player_no) as bits,
    season_date(team_games.season_year, 11, 12) < team_games.game_date as is_settled,
    season_date(team_games.season_year, 1, 1) <= team_games.game_date as is_new_year
  from team_games
  inner join stints on stints.season_year = team_games.season_year
    and stints.team = team_games.team
    and team_games.game_date between stints.from_date and stints.to_date
  inner join players on players.season_year = stints.season_year and players.player_no = stints.player_no
  -- On the day of an exchange between the two teams of a game a player is listed by the one that he leaves.
  where not (team_games.game_date = stints.from_date and team_games.opponent is not distinct from stints.former_team)
),
-- The bench plays more once the season has settled down, and less when the new year's games count.
chances as (
  select
    *,
    case
      when is_hurt or is_moving then -1e0
      when is_stopper then 0.8e0
      else [0.99e0, 0.99e0, 0.99e0, 0.985e0, 0.985e0, 0.985e0, 0.98e0, 0.97e0, 0.93e0, 0.86e0, 0.60e0, 0.50e0, 0.43e0, 0.38e0, 0.32e0, 0.24e0, 0.17e0, 0.62e0, 0.58e0, 0.55e0, 0.6e0, 0.6e0][place_no]
        * case when place_no between 11 and 17 then (0.75e0 + 0.5e0 * regard) * case when is_new_year then 0.8e0 when is_settled then 1.15e0 else 1e0 end else 1e0 end
    end as chance
  from candidates
),
ranked as (
  select
    *,
    first_of(bits) < chance as wanted,
    row_number() over (
      partition by game_no, is_home
      order by (first_of(bits) < chance) desc, (chance >= 0) desc, place_no + 1.5e0 * second_of(bits), player_no
    ) as turn_no
  from chances
),
decided as (
  select
    *,
    turn_no <= 8 or (wanted and turn_no <= 13) as is_active
  from ranked
),
stated as (
  select
    *,
    case
      when is_active then 'active'
      when is_moving then 'inactive'
      when is_hurt and third_of(bits) < 0.955e0 then 'inactive'
      when is_hurt then 'dnp'
      when third_of(bits) < case when place_no in (16, 17) then 0.8e0 when place_no >= 13 then 0.42e0 else 0.15e0 end then 'inactive'
      else 'dnp'
    end as player_status
  from decided
)
select
  season_year,
  world,
  game_no,
  game_id,
  game_date,
  team,
  opponent,
  is_home,
  player_no,
  place_no,
  player_name,
  player_lookup,
  player_status,
  is_hurt,
  case
    when player_status <> 'dnp' then null
    when is_hurt and third_of(bits) > 0.985e0 then 'Not With Team'
    when is_hurt then 'Did Not Dress'
    when third_of(bits) > 0.998e0 then 'Player Suspended'
    else 'Did Not Play'
  end as dnp_reason,
  turn_no <= 5 as is_starter,
  is_stopper and game_date < season_date(season_year, 1, 15) as is_shy
from stated
