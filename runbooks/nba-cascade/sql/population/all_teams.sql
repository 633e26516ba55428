-- One row per team of the league and game date; the entity is the team code.
with teams as (
  select 'ATL' as team_abbr
  union all select 'BKN'
  union all select 'BOS'
  union all select 'CHA'
  union all select 'CHI'
  union all select 'CLE'
  union all select 'DAL'
  union all select 'DEN'
  union all select 'DET'
  union all select 'GSW'
  union all select 'HOU'
  union all select 'IND'
  union all select 'LAC'
  union all select 'LAL'
  union all select 'MEM'
  union all select 'MIA'
  union all select 'MIL'
  union all select 'MIN'
  union all select 'NOP'
  union all select 'NYK'
  union all select 'OKC'
  union all select 'ORL'
  union all select 'PHI'
  union all select 'PHX'
  union all select 'POR'
  union all select 'SAC'
  union all select 'SAS'
  union all select 'TOR'
  union all select 'UTA'
  union all select 'WAS'
)
select
  dates.game_date as analysis_date,
  teams.team_abbr as entity_id
from nba_processing.season_calendar as dates
cross join teams
where dates.game_date between @start_date and @end_date
