-- One row per game up to the last date wanted; all that follows is made for these only.
select *
from fixtures
where game_date <= cast(@last_date as date)
