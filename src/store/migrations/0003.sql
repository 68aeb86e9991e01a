-- What a person said of items ([stories] in feeds.toml).
ALTER TABLE item ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN moved INTEGER;  -- the story it was in before a person merged that
CREATE INDEX item_hidden ON item (number) WHERE hidden = 1;
CREATE INDEX item_by_hand ON item (number) WHERE why ->> 'reason' = 'by-hand';

-- Which event a story tells, as the number of the story that began it, and the words by which it was
-- found: kept while another story may be compared with it, and only where a theme asks for it.
ALTER TABLE story ADD COLUMN coverage INTEGER;
CREATE INDEX story_by_coverage ON story (coverage) WHERE coverage IS NOT NULL;
CREATE TABLE gist (
    story     INTEGER PRIMARY KEY REFERENCES story (number),
    published INTEGER NOT NULL,
    terms     BLOB NOT NULL                 -- dedupe::Gist
) STRICT;
CREATE INDEX gist_by_date ON gist (published);

-- Keys that similar items share, by the day they were published (days since 1970), so that a whole
-- day goes at once and a few new items read little.
CREATE TABLE alike (
    day  INTEGER NOT NULL,
    key  INTEGER NOT NULL,
    item INTEGER NOT NULL,
    PRIMARY KEY (day, key, item)
) STRICT, WITHOUT ROWID;

-- What is said again and again (dedupe::Heard): one row.
CREATE TABLE heard (number INTEGER PRIMARY KEY CHECK (number = 0), counters BLOB NOT NULL) STRICT;
