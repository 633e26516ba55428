-- One row per visitor with an event on the date; the entity is visitor_id.
select distinct
  event_date as analysis_date,
  visitor_id as entity_id
from web_raw.events
where event_date between @start_date and @end_date
