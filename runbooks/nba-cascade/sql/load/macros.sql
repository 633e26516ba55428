-- Identifiers of the cascade. Every load script uses these and no spelling of its own.

-- The 30 team codes by the spelling of basketball-reference.
create or replace temp macro team_of_bref(code) as
  case code
    when 'BRK' then 'BKN'
    when 'CHO' then 'CHA'
    when 'PHO' then 'PHX'
    else code
  end;

-- `20211019_BKN_MIL`: the date of the game in US Eastern, away, home. Nothing else makes game ids.
create or replace temp macro game_id_of(game_date, away, home) as
  strftime(game_date, '%Y%m%d') || '_' || away || '_' || home;

-- The season's start year.
create or replace temp macro season_of(game_date) as
  cast(case when month(game_date) >= 10 then year(game_date) else year(game_date) - 1 end as bigint);

-- The league's ten characters, also from a source that writes the id as an integer.
create or replace temp macro nba_game_id_of(id) as
  lpad(cast(id as varchar), 10, '0');

-- `Williams III, Robert` as `Robert Williams III`; other text unchanged.
create or replace temp macro first_name_first(name) as
  case
    when strpos(trim(name), ', ') > 0
      then substr(trim(name), strpos(trim(name), ', ') + 2) || ' ' || substr(trim(name), 1, strpos(trim(name), ', ') - 1)
    else trim(name)
  end;

-- The list of names that are one player under two normalised spellings.
create or replace temp macro player_alias(lookup) as
  coalesce(map { 'rjnembhard': 'rubennembhard' }[lookup], lookup);

-- `Luka Dončić` as `lukadoncic`: no accents, no generational suffix, letters and digits only.
create or replace temp macro player_lookup_of(name) as
  player_alias(
    regexp_replace(
      regexp_replace(lower(strip_accents(trim(name))), '[ ,]+(jr|sr|ii|iii|iv|v)\.?$', ''),
      '[^a-z0-9]', '', 'g'
    )
  );

-- Seconds of `MM:SS`; NULL when the text is anything else.
create or replace temp macro seconds_of(minutes) as
  case
    when regexp_full_match(minutes, '\d{1,2}:[0-5]\d')
      then cast(split_part(minutes, ':', 1) as bigint) * 60 + cast(split_part(minutes, ':', 2) as bigint)
  end;

-- A closing number of the betting sheet: `pk` (no favourite) is 0; NULL when it is missing or no number.
create or replace temp macro closing_number(close) as
  case when lower(trim(close)) = 'pk' then 0.0::double else try_cast(trim(close) as double) end;

-- The US Eastern date of an instant in UTC text; five hours, since the start times are only good to the hour.
create or replace temp macro eastern_date_of(instant) as
  cast(try_cast(instant as timestamp) - interval 5 hours as date);
