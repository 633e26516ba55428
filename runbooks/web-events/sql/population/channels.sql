-- One row per channel with an event on the date; the entity is channel.
select distinct
  event_date as analysis_date,
  channel as entity_id
from web_raw.events
where event_date between @start_date and @end_date
