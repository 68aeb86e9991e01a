-- When a page was requested, and hashes of what it says: two items with the same page have no articles of their own.
ALTER TABLE full_text ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE full_text ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
ALTER TABLE full_text ADD COLUMN own_words INTEGER NOT NULL DEFAULT 0;
CREATE INDEX full_text_words ON full_text (words) WHERE words <> 0;
CREATE INDEX full_text_own_words ON full_text (own_words) WHERE own_words <> 0;

-- What the sites of such pages say to programs.
CREATE TABLE site_robots (
    source  TEXT NOT NULL,
    site    TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    json    TEXT NOT NULL,
    PRIMARY KEY (source, site)
) STRICT, WITHOUT ROWID;
