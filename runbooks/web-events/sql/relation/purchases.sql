-- Sessions whose purchases are not those of the visitor's events. Grain: one row per violation.
with purchases_of_events as (
  select
    event_date,
    visitor_id,
    cast(count(amount) as int64) as purchases
  from web_raw.events
  where event_date between @start_date and @end_date
  group by event_date, visitor_id
)
select
  sessions.event_date as analysis_date,
  sessions.visitor_id as entity_id,
  cast(sessions.purchases as string) || ' instead of ' || cast(coalesce(counted.purchases, 0) as string) as detail
from web_analytics.sessions as sessions
left join purchases_of_events as counted
  on counted.event_date = sessions.event_date
  and counted.visitor_id = sessions.visitor_id
where sessions.event_date between @start_date and @end_date
  and sessions.purchases <> coalesce(counted.purchases, 0)
order by sessions.event_date, sessions.visitor_id
