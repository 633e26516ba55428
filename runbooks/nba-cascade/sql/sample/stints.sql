-- One row per season, player and team he is with, with its first and last date. A player traded in February is listed by both teams
-- on the day of the trade.
with paired_teams as (
  select
    season_year,
    world,
    team,
    (row_number() over (partition by season_year order by dice(world || '|market|' || team), team) + 1) // 2 as market_no
  from teams
),
-- Three exchanges in November and December, nine at the deadline in February.
exchanges as (
  select
    season_year,
    market_no,
    team,
    coalesce(lead(team) over markets, lag(team) over markets) as partner,
    5 + cast(floor(7 * first_of(bits)) as int) as place_no,
    cast(
      case
        when market_no <= 3 then season_date(season_year, 11, 20) + cast(floor(24 * second_of(bits)) as int)
        else season_date(season_year, 2, 8) + cast(floor(3 * second_of(bits)) as int)
      end as date
    ) as exchange_date
  from (
    select
      *,
      dice(world || '|exchange|' || market_no) as bits
    from paired_teams
  ) as thrown
  where market_no <= 12
  window markets as (partition by season_year, market_no order by team)
),
contracts as (
  select
    season_year,
    team,
    dice(world || '|signing|' || team) as bits,
    dice(world || '|hardship|' || team) as hardship,
    dice(world || '|late|' || team) as late
  from teams
),
spans as (
  select
    players.season_year,
    players.team,
    players.place_no,
    players.player_no,
    cast(
      case players.place_no
        when 18 then season_date(players.season_year, 12, 17) + cast(floor(13 * first_of(hardship)) as int)
        when 19 then season_date(players.season_year, 12, 21) + cast(floor(10 * second_of(hardship)) as int)
        when 20 then season_date(players.season_year, 12, 31) + cast(floor(11 * third_of(hardship)) as int)
        when 21 then season_date(players.season_year, 11, 8) + cast(floor(35 * second_of(bits)) as int)
        when 22 then season_date(players.season_year, 2, 12) + cast(floor(35 * second_of(late)) as int)
        else season_date(players.season_year, 10, 19)
      end as date
    ) as from_date,
    cast(
      case
        when players.place_no = 15 and first_of(bits) < 0.2e0 then season_date(players.season_year, 11, 7) + cast(floor(35 * second_of(bits)) as int)
        when players.place_no = 17 and first_of(late) < 0.5e0 then season_date(players.season_year, 2, 11) + cast(floor(35 * second_of(late)) as int)
        when players.place_no = 18 then season_date(players.season_year, 12, 26)
          + cast(floor(13 * first_of(hardship)) + case when third_of(bits) < 0.3e0 then 10 else 0 end as int)
        when players.place_no = 19 then season_date(players.season_year, 12, 30) + cast(floor(10 * second_of(hardship)) as int)
        when players.place_no = 20 then season_date(players.season_year, 1, 9) + cast(floor(11 * third_of(hardship)) as int)
        else season_date(players.season_year, 4, 10)
      end as date
    ) as to_date,
    case players.place_no
      when 17 then fortune < 0.8e0
      when 18 then first_of(dice(world || '|needs 18|' || players.team)) < 0.75e0
      when 19 then first_of(dice(world || '|needs 19|' || players.team)) < 0.4e0
      when 20 then first_of(dice(world || '|needs 20|' || players.team)) < 0.6e0
      when 21 then first_of(bits) < 0.2e0
      when 22 then first_of(late) < 0.5e0
      else true
    end as is_signed
  from players
  inner join contracts on contracts.season_year = players.season_year and contracts.team = players.team
)
select
  spans.season_year,
  spans.player_no,
  spans.team,
  spans.place_no,
  spans.from_date,
  coalesce(exchange_date, spans.to_date) as to_date,
  exchange_date,
  null as former_team
from spans
left join exchanges on exchanges.season_year = spans.season_year
  and exchanges.team = spans.team
  and exchanges.place_no = spans.place_no
where is_signed
union all
select
  spans.season_year,
  spans.player_no,
  partner as team,
  spans.place_no,
  case when month(exchange_date) = 2 then exchange_date else exchange_date + 1 end as from_date,
  spans.to_date,
  exchange_date,
  spans.team as former_team
from spans
inner join exchanges on exchanges.season_year = spans.season_year
  and exchanges.team = spans.team
  and exchanges.place_no = spans.place_no
