-- hash_form(hash) beside each hash: counting the forms reads this index alone, and no hash. What is here already gets its
-- form by the rule of hash_form: the fields behind the last two `$` (bcrypt: behind the last) become their lengths.
ALTER TABLE ostiary_password_hashes ADD COLUMN form BLOB NOT NULL DEFAULT x'';

-- rtrim(x, replace(x, '$', '')) cuts x behind its last `$`: `one` is the hash so cut, `two` is `one` without its last
-- `$` and cut again.
UPDATE ostiary_password_hashes SET form = (
  SELECT CAST(CASE
      WHEN one = '' THEN ''
      WHEN substr(hash, 1, 3) = '$2b' THEN substr(one, 1, length(one) - 1) || '$' || (length(hash) - length(one))
      WHEN two = '' THEN ''
      ELSE substr(two, 1, length(two) - 1) || '$' || (length(one) - length(two) - 1) || '$' ||
        (length(hash) - length(one))
    END AS BLOB)
  FROM (
    SELECT hash, one, rtrim(substr(one, 1, length(one) - 1), replace(one, '$', '')) AS two
    FROM (
      SELECT hash, rtrim(hash, replace(hash, '$', '')) AS one
      FROM (SELECT CAST(ostiary_password_hashes.hash AS TEXT) AS hash))));

CREATE INDEX ostiary_password_hashes_by_form ON ostiary_password_hashes (form);
