-- Closed pages of a theme's feed (RFC 5005): what stands on them stays, whatever is filed later.
ALTER TABLE filed ADD COLUMN waits INTEGER NOT NULL DEFAULT 1; -- 1: perhaps on no page yet
CREATE INDEX filed_waiting ON filed (theme, story) WHERE waits = 1;
CREATE TABLE page (
    theme  TEXT NOT NULL,
    number INTEGER NOT NULL,                -- from 1, in the order of closing
    merge  TEXT NOT NULL,                   -- model::Merging: what one entry of it is
    stale  INTEGER NOT NULL,                -- 1: its files are to be made anew
    json   TEXT NOT NULL,                   -- files with their stamps
    PRIMARY KEY (theme, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE archived (
    story  INTEGER NOT NULL,                -- stays when the story is merged away
    theme  TEXT NOT NULL,
    item   INTEGER NOT NULL,                -- the member it is shown through
    choice INTEGER NOT NULL,
    page   INTEGER NOT NULL,
    gone   INTEGER,                         -- when it was hidden
    PRIMARY KEY (story, theme, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX archived_by_page ON archived (theme, page);
