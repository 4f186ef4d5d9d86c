-- Ids and bodies are BLOBs; times are milliseconds since 1970 (a budget's tat: microseconds). What the library has
-- checked to be ASCII is TEXT, what a host may fill with any byte is BLOB. Every row that ends has an index for
-- housekeeping. Foreign keys stand where a guard asks for the other record, and nowhere else.

CREATE TABLE ostiary_organizations (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  version INTEGER NOT NULL,
  status INTEGER NOT NULL,
  domain TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- `body` holds no password hash: that is hot, and stands in ostiary_password_hashes.
CREATE TABLE ostiary_accounts (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  version INTEGER NOT NULL,
  organization BLOB NOT NULL REFERENCES ostiary_organizations (id),
  login TEXT NOT NULL UNIQUE,
  login_typed TEXT NOT NULL,
  host_ref BLOB UNIQUE,
  status INTEGER NOT NULL,
  role INTEGER NOT NULL,
  sessions_epoch INTEGER NOT NULL,
  links_epoch INTEGER NOT NULL,
  devices_epoch INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ostiary_account_addresses (
  address TEXT NOT NULL,
  account BLOB NOT NULL REFERENCES ostiary_accounts (id),
  PRIMARY KEY (address, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_account_addresses_by_account ON ostiary_account_addresses (account);

-- One row an account; it belongs to the credential named in it, so that a new credential inherits nothing.
CREATE TABLE ostiary_password_hashes (
  account BLOB NOT NULL PRIMARY KEY REFERENCES ostiary_accounts (id),
  credential BLOB NOT NULL CHECK (length(credential) = 16),
  hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ostiary_links (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account BLOB NOT NULL REFERENCES ostiary_accounts (id),
  purpose INTEGER NOT NULL,
  issued INTEGER NOT NULL,
  live INTEGER NOT NULL DEFAULT 0,
  used INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL DEFAULT 0,
  ends_at INTEGER NOT NULL,
  UNIQUE (account, purpose)
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_links_by_end ON ostiary_links (ends_at);

CREATE TABLE ostiary_sessions (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account BLOB NOT NULL REFERENCES ostiary_accounts (id),
  epoch INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_sessions_by_account ON ostiary_sessions (account);
CREATE INDEX ostiary_sessions_by_end ON ostiary_sessions (ends_at);

CREATE TABLE ostiary_mails (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account BLOB NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  reason BLOB NOT NULL,
  lease BLOB CHECK (length(lease) = 16),
  lease_until INTEGER,
  ends_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  CHECK ((lease IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_mails_by_account ON ostiary_mails (account);
CREATE INDEX ostiary_mails_by_end ON ostiary_mails (ends_at);
-- What is left to deliver: queued (1) and sending (2).
CREATE INDEX ostiary_mails_to_claim ON ostiary_mails (state, due_at) WHERE state = 1 OR state = 2;

-- `stream` is the organisation, or empty for the system's own.
CREATE TABLE ostiary_audit (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  stream BLOB NOT NULL,
  body BLOB NOT NULL,
  mac_key INTEGER NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_audit_by_stream ON ostiary_audit (stream, id);

CREATE TABLE ostiary_consumed_once (
  key BLOB NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_consumed_once_by_end ON ostiary_consumed_once (until);

CREATE TABLE ostiary_change_ids (
  id BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_change_ids_by_age ON ostiary_change_ids (at);

CREATE TABLE ostiary_budgets (
  key BLOB NOT NULL PRIMARY KEY,
  tat INTEGER NOT NULL,
  refused INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_budgets_by_end ON ostiary_budgets (tat);
