-- What a visitor did on a date. Grain: one row per visitor with an event on a date from @start_date to @end_date; key
-- (event_date, visitor_id). A pause of more than @session_gap_minutes starts a new session.
with paused_events as (
  select
    event_date,
    visitor_id,
    channel,
    amount,
    minute_of_day - lag(minute_of_day) over (
      partition by event_date, visitor_id
      order by minute_of_day, event_id
    ) as pause_minutes
  from web_raw.events
  where event_date between @start_date and @end_date
),
visits as (
  select
    event_date,
    visitor_id,
    min(channel) as channel,
    cast(count(*) as int64) as events,
    cast(sum(case when pause_minutes is null or pause_minutes > @session_gap_minutes then 1 else 0 end) as int64) as sessions,
    cast(count(amount) as int64) as purchases,
    round(round(sum(amount), 9) * 1e2) / 1e2 as revenue
  from paused_events
  group by event_date, visitor_id
),
judged_visits as (
  select
    event_date,
    visitor_id,
    channel,
    events,
    sessions,
    purchases,
    revenue,
    events >= @min_events as is_told
  from visits
)
select
  event_date,
  visitor_id,
  case when is_told then channel end as channel,
  case when is_told then events end as events,
  case when is_told then sessions end as sessions,
  case when is_told then purchases end as purchases,
  case when is_told then revenue end as revenue,
  case when is_told then null else 'TOO_FEW_EVENTS' end as failure_category,
  case
    when is_told then null
    else cast(events as string) || ' of at least ' || cast(@min_events as string) || ' events'
  end as failure_reason
from judged_visits
order by event_date, visitor_id
