-- Before this one nothing was released, and the encoding of accounts and mails changed in place: the body of an account
-- of before does not decode (Errc::record_unreadable), so it gets no search words here either. A mail of before would
-- stop claim_mail and list_mails for good: those are dropped. Everything else is carried over as it is.

-- Of setup (1) and reset (2) an account has one row each; of the other purposes each address and change has its own.
-- `epoch` is NULL where none ends the link, and before the first hand-over; so is `sent_to`.
CREATE TABLE ostiary_links_4 (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account BLOB NOT NULL REFERENCES ostiary_accounts (id),
  purpose INTEGER NOT NULL,
  issued INTEGER NOT NULL,
  live INTEGER NOT NULL DEFAULT 0,
  used INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER,
  sent_to TEXT,
  expires_at INTEGER NOT NULL DEFAULT 0,
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO ostiary_links_4 (id, account, purpose, issued, live, used, epoch, expires_at, ends_at)
  SELECT id, account, purpose, issued, live, used, CASE WHEN live > 0 THEN epoch END, expires_at, ends_at
  FROM ostiary_links;
DROP TABLE ostiary_links;
ALTER TABLE ostiary_links_4 RENAME TO ostiary_links;
CREATE UNIQUE INDEX ostiary_links_one_row ON ostiary_links (account, purpose) WHERE purpose <= 2;
CREATE INDEX ostiary_links_many_rows ON ostiary_links (account) WHERE purpose > 2;
CREATE INDEX ostiary_links_by_end ON ostiary_links (ends_at);

-- A mail may speak of several accounts: each has a row.
DELETE FROM ostiary_mails;
DROP INDEX ostiary_mails_by_account;
ALTER TABLE ostiary_mails DROP COLUMN account;
CREATE TABLE ostiary_mail_accounts (
  account BLOB NOT NULL CHECK (length(account) = 16),
  mail BLOB NOT NULL REFERENCES ostiary_mails (id) ON DELETE CASCADE,
  PRIMARY KEY (account, mail)
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_mail_accounts_by_mail ON ostiary_mail_accounts (mail);

-- What waits to be expanded, and no more: few rows.
CREATE TABLE ostiary_recovery_requests (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  lease BLOB CHECK (length(lease) = 16),
  lease_until INTEGER,
  ends_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  CHECK ((lease IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_recovery_requests_by_end ON ostiary_recovery_requests (ends_at);

CREATE TABLE ostiary_jobs (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  version INTEGER NOT NULL,
  organization BLOB NOT NULL,
  ends_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_jobs_by_organization ON ostiary_jobs (organization);
CREATE INDEX ostiary_jobs_by_end ON ostiary_jobs (ends_at);

-- A batch goes after its job, and `ends_at` is no later than the job's: it only says where to look.
CREATE TABLE ostiary_job_batches (
  job BLOB NOT NULL CHECK (length(job) = 16),
  number INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  items BLOB NOT NULL,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_job_batches_by_end ON ostiary_job_batches (ends_at);

-- `block` is the number of the block that the event is in; NULL: none yet.
ALTER TABLE ostiary_audit ADD COLUMN block INTEGER;
CREATE INDEX ostiary_audit_unsealed ON ostiary_audit (stream, id) WHERE block IS NULL;
CREATE INDEX ostiary_audit_by_block ON ostiary_audit (stream, block, id) WHERE block IS NOT NULL;

CREATE TABLE ostiary_audit_blocks (
  stream BLOB NOT NULL,
  number INTEGER NOT NULL,
  body BLOB NOT NULL,
  mac_key INTEGER NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32),
  PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;

-- The folded words of each account that is not removed. BLOBs compare as bytes.
CREATE TABLE ostiary_account_words (
  organization BLOB NOT NULL,
  word BLOB NOT NULL,
  account BLOB NOT NULL REFERENCES ostiary_accounts (id),
  PRIMARY KEY (organization, word, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX ostiary_account_words_by_account ON ostiary_account_words (account, word);
CREATE INDEX ostiary_accounts_by_organization ON ostiary_accounts (organization, status, id);
