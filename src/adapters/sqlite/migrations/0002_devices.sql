-- At most 20 rows an account; PutDevice sees to it.
CREATE TABLE ostiary_devices (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account BLOB NOT NULL REFERENCES ostiary_accounts (id),
  epoch INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_devices_by_account ON ostiary_devices (account);
CREATE INDEX ostiary_devices_by_end ON ostiary_devices (ends_at);

-- Drained budgets without refusals go at once, those with refusals later: each kind is found without the other.
DROP INDEX ostiary_budgets_by_end;
CREATE INDEX ostiary_budgets_by_end ON ostiary_budgets (tat) WHERE refused = 0;
CREATE INDEX ostiary_budgets_refused_by_end ON ostiary_budgets (tat) WHERE refused > 0;
