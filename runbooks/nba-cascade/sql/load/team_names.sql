-- One row per team: its code, its name in the betting sheet (`GoldenState`) and in the injury report (`LA Clippers`).
-- Key team_abbr.
with report_names as (
  select "TEAM_ABBREVIATION" as team_abbr, min("TEAM_NAME") as report_name
  from file_team_log
  group by all
)
select
  teams."Abbreviation" as team_abbr,
  case teams."Abbreviation"
    when 'LAC' then 'LAClippers'
    when 'LAL' then 'LALakers'
    else replace(regexp_replace(teams."Full Name", ' ' || teams."NICKNAME" || '$', ''), ' ', '')
  end as odds_name,
  report_names.report_name
from file_teams as teams
left join report_names on report_names.team_abbr = teams."Abbreviation"
