-- One row per field goal attempt and per free throw. Key (game_id, event_num); of a doubled event the first row.
-- Value and result come from the text, the distance from the shot file, as each is complete only there.
with attempts as (
  select
    *,
    case "PERSON1TYPE" when 4 then "HOMEDESCRIPTION" when 5 then "VISITORDESCRIPTION" end as description
  from file_play_by_play
  where "EVENTMSGTYPE" in (1, 2, 3)
  qualify row_number() over (partition by "GAME_ID", "EVENTNUM" order by row_no) = 1
),
distances as (
  select nba_game_id_of("GAME_ID") as nba_game_id, "GAME_EVENT_ID" as event_num, min("SHOT_DISTANCE") as shot_distance
  from file_shots
  group by all
),
typed_attempts as (
  select
    games.game_id,
    games.game_date,
    cast(attempts."EVENTNUM" as bigint) as event_num,
    cast(attempts.row_no as bigint) as event_seq,
    cast(attempts."PERIOD" as bigint) as period,
    if(attempts."EVENTMSGTYPE" = 3, 'free throw', 'shot') as event_type,
    attempts."PLAYER1_ID" as player_1_id,
    attempts."PLAYER1_TEAM_ABBREVIATION" as player_1_team_abbr,
    case attempts."EVENTMSGTYPE" when 1 then true when 2 then false else not starts_with(description, 'MISS') end as shot_made,
    case
      when attempts."EVENTMSGTYPE" = 3 then 'FT'
      when contains(description, '3PT') then '3PT'
      when description is not null then '2PT'
    end as shot_type,
    if(attempts."EVENTMSGTYPE" = 3, null, cast(distances.shot_distance as bigint)) as shot_distance,
    case
      when attempts."EVENTMSGTYPE" = 1 and attempts."PLAYER2_ID" > 0 then attempts."PLAYER2_ID"
      when attempts."EVENTMSGTYPE" = 2 and attempts."PLAYER3_ID" > 0 then attempts."PLAYER3_ID"
    end as player_2_id,
    case
      when attempts."EVENTMSGTYPE" = 1 and attempts."PLAYER2_ID" > 0 then 'assist'
      when attempts."EVENTMSGTYPE" = 2 and attempts."PLAYER3_ID" > 0 then 'block'
    end as player_2_role
  from attempts
  join nba_raw.nbac_schedule as games on games.nba_game_id = attempts."GAME_ID"
  left join distances on distances.nba_game_id = attempts."GAME_ID" and distances.event_num = attempts."EVENTNUM"
)
select
  attempt.game_id,
  attempt.game_date,
  attempt.event_num,
  attempt.event_seq,
  attempt.period,
  attempt.event_type,
  shooter.player_lookup as player_1_lookup,
  attempt.player_1_team_abbr,
  attempt.shot_made,
  attempt.shot_type,
  attempt.shot_distance,
  cast(case
    when not attempt.shot_made then 0
    when attempt.shot_type = 'FT' then 1
    when attempt.shot_type = '2PT' then 2
    when attempt.shot_type = '3PT' then 3
  end as bigint) as points_scored,
  helper.player_lookup as player_2_lookup,
  attempt.player_2_role
from typed_attempts as attempt
left join players as shooter on shooter.nba_player_id = attempt.player_1_id
left join players as helper on helper.nba_player_id = attempt.player_2_id
order by game_id, event_seq
