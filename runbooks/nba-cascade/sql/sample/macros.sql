-- A key's 64 random bits: the same on every machine, thread count and row order.
create or replace temporary macro dice(key) as md5_number_lower(key);

-- Three independent uniforms in [0, 1) from the bits of one throw.
create or replace temporary macro first_of(bits) as (bits % 1048576) / 1048576e0;
create or replace temporary macro second_of(bits) as ((bits // 1048576) % 1048576) / 1048576e0;
create or replace temporary macro third_of(bits) as ((bits // 1099511627776) % 1048576) / 1048576e0;

-- Bell-shaped, mean 0, standard deviation 1, within -3 and 3; additions only, so that no machine differs.
create or replace temporary macro bell(bits) as (first_of(bits) + second_of(bits) + third_of(bits) - 1.5e0) * 2;

create or replace temporary macro clamp(x, low, high) as case when x < low then low when x > high then high else x end;

-- Whole units of `total` that fall to one member: `cumulative` sums the integer weights up to and with his own. The members'
-- portions add up to `total`; `start` in [0, 1) moves where the remainders fall.
create or replace temporary macro portion(total, cumulative, weight, whole, start) as
  cast(floor(total * cumulative / whole + start) - floor(total * (cumulative - weight) / whole + start) as bigint);

-- The day of the season that is day-month of the real one: October to December in its first year, later months in the next.
create or replace temporary macro season_date(season_year, month, day) as
  make_date(case when month >= 10 then season_year else season_year + 1 end, month, day);

-- Normalised name: no accents, no suffix, only letters and digits.
create or replace temporary macro lookup_of(name) as
  regexp_replace(regexp_replace(lower(strip_accents(trim(name))), '[ ,]+(jr|sr|ii|iii|iv|v)\.?$', ''), '[^a-z0-9]', '', 'g');
