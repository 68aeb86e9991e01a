-- Items that pass through a filter of their source, and what they were before. body.json is what is shown.
CREATE TABLE filtered (
    item    INTEGER PRIMARY KEY REFERENCES item (number),
    source  TEXT NOT NULL,
    filter  INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    own     TEXT
) STRICT;
CREATE INDEX filtered_due ON filtered (source) WHERE filter = 0;
CREATE INDEX filtered_dropped ON filtered (item) WHERE dropped = 1;
CREATE INDEX filtered_by_source ON filtered (source);
