-- Times are whole seconds since 1970, UTC. JSON columns hold the model's own serde forms.

-- One line for the whole: last_pass.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What we remember of each source between visits (model::Seen).
CREATE TABLE source (id TEXT PRIMARY KEY, seen TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A source as its items remember it (model::ItemSource); a new line only when it says something new.
CREATE TABLE described (number INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE item (
    number      INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    id          TEXT NOT NULL,
    url         TEXT,
    described   INTEGER NOT NULL REFERENCES described (number),
    published   INTEGER NOT NULL,
    first_seen  INTEGER NOT NULL,
    seen        INTEGER NOT NULL,           -- hash of what a reader sees of it
    rest        INTEGER NOT NULL,           -- hash of all else that it carries
    story       INTEGER REFERENCES story (number), -- NULL until merged
    why         TEXT,                       -- model::Why; NULL for a story's first item
    UNIQUE (source, id)
) STRICT;
-- What is long of an item, apart, so that noting its story does not write it again.
CREATE TABLE body (
    item        INTEGER PRIMARY KEY REFERENCES item (number),
    fingerprint BLOB NOT NULL,              -- dedupe::Fingerprint
    json        TEXT NOT NULL               -- model::Item
) STRICT;

CREATE INDEX item_by_story ON item (story);
CREATE INDEX item_by_date ON item (published);

-- Keys that only the same item shares, of every item that has a story.
CREATE TABLE exact (
    key  INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES item (number),
    PRIMARY KEY (key, item)
) STRICT, WITHOUT ROWID;

-- The number of a story is its order of arrival; it is never used again.
CREATE TABLE story (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    published  INTEGER NOT NULL,
    url        TEXT,
    lead       INTEGER NOT NULL REFERENCES item (number),
    rev        INTEGER NOT NULL DEFAULT 0,
    first_seen INTEGER NOT NULL,
    changed    INTEGER,                     -- date_modified of the last change a reader should see
    unfiled    INTEGER NOT NULL DEFAULT 1   -- new or changed since the themes were last filed
) STRICT;
CREATE INDEX story_unfiled ON story (number) WHERE unfiled = 1;

-- Which story belongs to which theme, through which member.
CREATE TABLE filed (
    theme TEXT NOT NULL,
    story INTEGER NOT NULL REFERENCES story (number),
    item  INTEGER NOT NULL REFERENCES item (number),
    choice INTEGER NOT NULL,                -- 1: editor's choice
    PRIMARY KEY (story, theme)
) STRICT, WITHOUT ROWID;
CREATE INDEX filed_by_theme ON filed (theme, story, item, choice);

-- Safe HTML of items that were published, with the sanitiser's version.
CREATE TABLE clean (
    item    INTEGER PRIMARY KEY REFERENCES item (number),
    version INTEGER NOT NULL,
    html    TEXT NOT NULL
) STRICT;

-- What was last published of each theme.
CREATE TABLE edition (
    theme       TEXT PRIMARY KEY,
    rule        INTEGER NOT NULL,           -- hash of the rule its stories were filed by
    fingerprint INTEGER NOT NULL,           -- of its stories and everything else that shapes its files
    json        TEXT NOT NULL               -- files with their stamps, and its line in the index
) STRICT, WITHOUT ROWID;
