-- Source values that are present but cannot be read as what they should be.
with findings as (
  select 'bref_player_box.mp is not MM:SS' as finding, count(*) as occurrences
  from file_player_box
  where reason is null and seconds_of(mp) is null
  union all
  select 'bref_player_box: a player who did not play has minutes', count(*)
  from file_player_box
  where reason is not null and mp is not null
  union all
  select 'game_odds.Close is neither a number nor pk', count(*)
  from file_odds
  where trim("Close") <> '' and closing_number("Close") is null
  union all
  select 'game_odds.Date is not MMDD', count(*)
  from closing_rows
  where game_date is null
  union all
  select 'game_odds: a pair is not visitor, home', count(*)
  from (
    select (row_no - 1) // 2 as pair
    from file_odds
    group by all
    having string_agg("VH", '' order by row_no) <> 'VH'
  )
  union all
  select 'game_odds: a pair has not one total above 150 and one spread', count(*)
  from closing_rows
  where (closing > 150) = (other_closing > 150)
  union all
  select 'injury_report: dates are not YYYY-MM-DD', count(*)
  from file_injury_report
  where try_cast("gameDate" as date) is null or try_cast("reportDate" as date) is null
  union all
  select 'player_props.tidygamedatetime is no instant', count(*)
  from file_props
  where prop = 'player points ou' and try_cast(tidygamedatetime as timestamp) is null
  union all
  select 'player_props: a price is no whole number', count(*)
  from file_props
  where prop = 'player points ou' and (draftkings <> round(draftkings) or fanduel <> round(fanduel) or pointsbet <> round(pointsbet))
  union all
  select 'play_by_play: an attempt without text', count(*)
  from nba_raw.bigdataball_play_by_play
  where shot_type is null
)
select finding, occurrences
from findings
where occurrences > 0
