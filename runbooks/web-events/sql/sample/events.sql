-- Events of 600 invented visitors from 2024-01-01 to 2024-03-31. Grain: one row per event; key event_id. The same @seed
-- gives the same rows: every draw is a number from 0 to 1 made of an md5 of the seed, the draw's name and the key.
with visitors as (
  select
    'v' || lpad(cast(number as varchar), 4, '0') as visitor_id,
    (md5_number_lower(concat_ws('|', @seed, 'channel', number)) % 1000000) / 1000000.0 as channel_draw,
    (md5_number_lower(concat_ws('|', @seed, 'loyalty', number)) % 1000000) / 1000000.0 as loyalty
  from range(1, 601) as numbers (number)
),
days as (
  select cast(day as date) as event_date
  from generate_series(date '2024-01-01', date '2024-03-31', interval 1 day) as series (day)
),
visits as (
  select
    days.event_date,
    visitors.visitor_id,
    case
      when channel_draw < 0.40 then 'search'
      when channel_draw < 0.65 then 'direct'
      when channel_draw < 0.85 then 'social'
      else 'newsletter'
    end as channel,
    (md5_number_lower(concat_ws('|', @seed, 'length', visitor_id, event_date)) % 1000000) / 1000000.0 as length_draw,
    (md5_number_lower(concat_ws('|', @seed, 'start', visitor_id, event_date)) % 1000000) / 1000000.0 as start_draw
  from visitors
  cross join days
  where (md5_number_lower(concat_ws('|', @seed, 'visit', visitor_id, event_date)) % 1000000) / 1000000.0
    < (0.05 + 0.30 * loyalty * loyalty) * case when dayofweek(event_date) in (0, 6) then 0.6 else 1.0 end
),
events as (
  select
    event_date,
    visitor_id,
    channel,
    number,
    cast(floor(420 + 700 * start_draw) as bigint)
      + number * cast(floor(1 + 14 * length_draw) as bigint)
      + case when number >= 6 and start_draw > 0.4 then 120 else 0 end as minute_of_day,
    (md5_number_lower(concat_ws('|', @seed, 'purchase', visitor_id, event_date, number)) % 1000000) / 1000000.0 as purchase_draw,
    (md5_number_lower(concat_ws('|', @seed, 'amount', visitor_id, event_date, number)) % 1000000) / 1000000.0 as amount_draw
  from visits
  cross join range(0, 12) as numbers (number)
  where number < 1 + floor(11 * length_draw)
)
select
  strftime(event_date, '%Y%m%d') || '-' || visitor_id || '-' || cast(number as varchar) as event_id,
  event_date,
  visitor_id,
  channel,
  minute_of_day,
  case when purchase_draw < 0.06 then cast(round(5 + 120 * amount_draw * amount_draw, 2) as double) end as amount
from events
order by event_id
