-- Pages beside the themes' own: one a story, and the archives by date. A story's row stays when nobody shows it any
-- more, so that its address is never given to another.
CREATE TABLE html_page (
    path        TEXT PRIMARY KEY,           -- relative to the output folder
    story       INTEGER UNIQUE,             -- NULL for a page of an archive
    fingerprint INTEGER NOT NULL,           -- of everything that shapes it; 0: not written
    len         INTEGER NOT NULL,           -- the file as we left it (output::FileStamp)
    modified    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A folder of such pages as we left it: while it is the same, nobody has made, moved or removed a file in it.
CREATE TABLE html_folder (
    name     TEXT PRIMARY KEY,
    modified INTEGER NOT NULL,              -- 0: not known
    base     INTEGER NOT NULL               -- hash of what all its pages share: settings, templates
) STRICT, WITHOUT ROWID;

-- How many stories of a theme were published in a month.
CREATE TABLE html_month (
    theme   TEXT NOT NULL,
    month   INTEGER NOT NULL,               -- twelve a year, January of the year 0 is 0
    stories INTEGER NOT NULL,
    PRIMARY KEY (theme, month)
) STRICT, WITHOUT ROWID;

-- Stories whose pages may have to be made again, as they stood under a theme: whatever is filed or no longer
-- filed, by whomever, so that a pass looks at what changed and at nothing else.
CREATE TABLE html_due (
    story     INTEGER NOT NULL,
    theme     TEXT NOT NULL,                -- '' for a page that no theme shows
    published INTEGER NOT NULL,
    PRIMARY KEY (story, theme)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER filed_is_due AFTER INSERT ON filed BEGIN
    INSERT OR IGNORE INTO html_due SELECT number, new.theme, published FROM story WHERE number = new.story;
END;
CREATE TRIGGER unfiled_is_due AFTER DELETE ON filed BEGIN
    INSERT OR IGNORE INTO html_due SELECT number, old.theme, published FROM story WHERE number = old.story;
END;
INSERT INTO html_due SELECT number, theme, published FROM filed JOIN story ON number = story;

CREATE INDEX story_by_date ON story (published);
