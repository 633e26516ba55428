-- One row per scheduled game.
select * exclude (game_no)
from schedule
order by game_date, game_id
