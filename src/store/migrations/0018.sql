-- What there is to tell of the stories of each theme, in order, and who was told how much of it.
CREATE TABLE notice (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    theme   TEXT NOT NULL,
    story   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    quiet   INTEGER NOT NULL,
    age     INTEGER,
    changed INTEGER
) STRICT;
CREATE INDEX notice_by_theme ON notice (theme, number);
CREATE INDEX notice_by_story ON notice (story, theme);
CREATE TABLE consumer (
    name        TEXT PRIMARY KEY,
    themes      TEXT,
    number      INTEGER NOT NULL,
    begun       INTEGER NOT NULL,
    quiet_until INTEGER NOT NULL,
    used        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('store_id', lower(hex(randomblob(4))));
-- Nobody is told what was there before.
INSERT INTO notice (theme, story, kind, quiet, age, changed)
    SELECT theme, story, 'entered', 1, 0, changed FROM entry JOIN story ON story.number = story
    ORDER BY arrived, story, theme;
