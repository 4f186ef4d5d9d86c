-- The hot fields of a second factor (SecondFactorMarks): `authenticator` and `recovery_codes` are the ids that they hang
-- on, so that a new one inherits nothing. Nobody has one yet: every row begins as it is right, and no body is touched.
ALTER TABLE ostiary_accounts ADD COLUMN authenticator BLOB CHECK (length(authenticator) = 16);
ALTER TABLE ostiary_accounts ADD COLUMN accepted_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ostiary_accounts ADD COLUMN recovery_codes BLOB CHECK (length(recovery_codes) = 16);
ALTER TABLE ostiary_accounts ADD COLUMN used_codes INTEGER NOT NULL DEFAULT 0;

-- When a session of before was proved stands in no column: 0 says long ago. It stays signed in; an operation that asks
-- for a fresh proof asks once more, which harms nobody. A later time would be a proof that nobody gave.
ALTER TABLE ostiary_sessions ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;

-- Of factor_code (5) too an account has one row.
DROP INDEX ostiary_links_one_row;
DROP INDEX ostiary_links_many_rows;
CREATE UNIQUE INDEX ostiary_links_one_row ON ostiary_links (account, purpose) WHERE purpose IN (1, 2, 5);
CREATE INDEX ostiary_links_many_rows ON ostiary_links (account) WHERE purpose IN (3, 4);
