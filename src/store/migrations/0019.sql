-- What was posted to each destination, and how each destination is.
CREATE TABLE delivery (
    name     TEXT PRIMARY KEY,
    settings INTEGER NOT NULL,
    json     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE posting (
    delivery TEXT NOT NULL,
    story    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    receipt  TEXT NOT NULL,
    failed   TEXT,
    PRIMARY KEY (delivery, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_by_story ON posting (story);
CREATE INDEX posting_failed ON posting (delivery, number) WHERE failed IS NOT NULL;
