-- The schema of the store after all migrations. A test compares this file with what src/store/migrations/ make.
-- Times are whole seconds since 1970, UTC, where no other unit is named. JSON columns hold the serde form of the
-- type that is named. Unsigned 64-bit hashes and keys are stored as signed integers with the same bits.

-- Single values: last_pass, last_clock (times), hub_failures (a count), compressed (JSON, model::Encoding),
-- held_hosts (JSON, the hosts that asked to be left alone and until when), kept_since (a time: nothing older is left
-- to be deleted), claimed (JSON, the groups of names in the output folder that are ours), shares_since (time,
-- src/store/places.rs), store_id (of cursors, never changes), room (blanks: what Store::make_room writes).
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What is known of each source between visits: model::FetchState, which says more of each. The first columns decide when
-- it is fetched. NULL is also what a type has by default.
CREATE TABLE source (
    id              TEXT PRIMARY KEY,       -- its key in feeds.toml
    asked           TEXT,                   -- its address in feeds.toml at the last visit
    settings_source INTEGER,                -- hash of its table at the last visit
    settings_fetch  INTEGER,                -- and of [fetch]
    next_due        INTEGER,                -- not fetched before
    retry_after     INTEGER,                -- not fetched before, as the server demands
    last_failure    TEXT,                   -- JSON, model::FailureKind
    gone            INTEGER NOT NULL,       -- 1: 410
    next_why        TEXT,                   -- what decided next_due: model::WaitReason
    url             TEXT,                   -- that the validators belong to
    etag            TEXT,
    last_modified   TEXT,
    body_hash       INTEGER,                -- of the last whole document
    reader          INTEGER NOT NULL,       -- hash of all that decides how documents are read
    freshness       TEXT,                   -- JSON, model::Freshness
    oddities        TEXT,                   -- JSON, a list of texts
    rhythm_seconds  INTEGER,                -- the usual time between two items
    newest          INTEGER,                -- date of the newest item
    failures        INTEGER NOT NULL,       -- in a row
    failing_since   INTEGER,
    trouble         INTEGER NOT NULL,       -- its record (schedule::after_visit)
    is_reported     INTEGER NOT NULL,       -- 1: that it fails was reported
    last_error      TEXT,
    last_good       INTEGER,
    redirect        TEXT,                   -- JSON, model::Redirect
    robots          TEXT                    -- JSON, a list of model::Robots
) STRICT, WITHOUT ROWID;

-- The feeds that an OPML list named when it was last read.
CREATE TABLE opml_list (
    source TEXT PRIMARY KEY,
    json   TEXT NOT NULL                    -- a list of model::Subscription
) STRICT, WITHOUT ROWID;

-- A source as its items describe it. A new row only when the description changes.
CREATE TABLE item_source (
    number INTEGER PRIMARY KEY,
    json   TEXT NOT NULL UNIQUE             -- model::ItemSource
) STRICT;

CREATE TABLE item (
    number      INTEGER PRIMARY KEY,
    source      TEXT NOT NULL,
    id          TEXT NOT NULL,              -- unique within the source
    url         TEXT,
    item_source INTEGER NOT NULL REFERENCES item_source (number),
    published   INTEGER NOT NULL,
    first_seen  INTEGER NOT NULL,           -- the pass that stored it
    content_hash  INTEGER NOT NULL,         -- of what a reader sees of it (normalize::ItemHashes)
    metadata_hash INTEGER NOT NULL,         -- of what else counts
    story       INTEGER REFERENCES story (number), -- NULL until merged
    why         TEXT,                       -- JSON, model::Why; NULL for the first item of a story
    hidden      INTEGER NOT NULL DEFAULT 0, -- 1: [stories] in feeds.toml hides it, or a filter
    moved       INTEGER,                    -- its story before [stories] in feeds.toml merged that into another
    hash_version INTEGER NOT NULL DEFAULT 0, -- of the two hashes; 0: made by feedmill 0.1.0 or older
    listed      INTEGER NOT NULL DEFAULT 0, -- 1: the newest document of its source lists it
    merge_due   INTEGER NOT NULL DEFAULT 0, -- 1: it has a story, and has to be compared with others again
    backlog     INTEGER NOT NULL DEFAULT 0, -- 1: older than our first look at its source; counts as arrived at its date
    forms        BLOB,                      -- hashes of titles and texts that it had before (store::retold)
    minor_told INTEGER,                   -- when a change of nothing but numbers was last told
    minor_due  INTEGER,                   -- when a minor change is to be told (store::retold); NULL: none waits
    UNIQUE (source, id)
) STRICT;
CREATE INDEX item_by_story ON item (story);
CREATE INDEX item_by_date ON item (published);
CREATE INDEX item_hidden ON item (number) WHERE hidden = 1;
CREATE INDEX item_listed ON item (source) WHERE listed = 1;
CREATE INDEX item_merge_due ON item (number) WHERE merge_due = 1;
CREATE INDEX item_minor_due ON item (minor_due) WHERE minor_due IS NOT NULL;
CREATE INDEX item_by_source ON item (source, published) WHERE story IS NOT NULL;
CREATE INDEX item_source_of ON item (number, source);
CREATE INDEX item_by_hand ON item (number) WHERE why ->> 'reason' = 'by-hand';

-- The long parts of an item. They are apart so that a change of its story does not write them again.
CREATE TABLE body (
    item        INTEGER PRIMARY KEY REFERENCES item (number),
    fingerprint BLOB NOT NULL,              -- dedupe::Fingerprint
    json        TEXT NOT NULL               -- model::Item, without its source
) STRICT;

-- Items that were deleted because they were old (`keep`). If their source lists them, they are not new. A row is
-- deleted when it is as old as an item that is deleted.
CREATE TABLE seen_item (
    key  INTEGER PRIMARY KEY,               -- hash of source, id and address
    seen INTEGER NOT NULL                   -- when it was deleted or last listed
) STRICT;

-- Items that pass through a filter of their source. body.json is the item as it is compared and shown.
CREATE TABLE filtered (
    item    INTEGER PRIMARY KEY REFERENCES item (number),
    source  TEXT NOT NULL,
    filter  INTEGER NOT NULL,               -- hash of the filter (model::Filter); 0: it is still to be run
    dropped INTEGER NOT NULL,               -- 1: the filter drops it; then item.hidden follows
    own     TEXT                            -- JSON, model::Item as its source gave it; NULL: body.json is that
) STRICT;
CREATE INDEX filtered_due ON filtered (source) WHERE filter = 0;
CREATE INDEX filtered_dropped ON filtered (item) WHERE dropped = 1;
CREATE INDEX filtered_by_source ON filtered (source);

-- Items that pass through the filter of a theme: the theme's own copy.
CREATE TABLE theme_copy (
    item    INTEGER NOT NULL REFERENCES item (number),
    theme   TEXT NOT NULL,
    filter  INTEGER NOT NULL,               -- hash of the filter (model::Filter); 0: it failed, and is tried again
    given   INTEGER NOT NULL,               -- hash of what it was given; another one passes again
    dropped INTEGER NOT NULL,               -- 1: the theme does not show it
    changes INTEGER NOT NULL,               -- how often json has changed; the theme counts these as changes of the story
    json    TEXT,                           -- JSON, model::Item as the theme shows it; NULL: as it is
    PRIMARY KEY (item, theme)
) STRICT, WITHOUT ROWID;
CREATE INDEX theme_copy_due ON theme_copy (item) WHERE filter = 0;

-- Safe HTML of published items.
CREATE TABLE safe_html (
    item    INTEGER PRIMARY KEY REFERENCES item (number),
    version INTEGER NOT NULL,               -- of the sanitiser
    html    TEXT NOT NULL
) STRICT;

-- The articles of items whose source has `full_text`, from their pages. They are shown, and matched with themes, in
-- place of what the feed gave; items are compared by what their feeds gave.
CREATE TABLE full_text (
    item   INTEGER PRIMARY KEY REFERENCES item (number),
    html   TEXT,                            -- safe HTML; NULL: the page gave nothing better
    tries  INTEGER NOT NULL,                -- how often the page was requested
    try_at INTEGER,                         -- when to request it again; NULL: never
    asked_at INTEGER NOT NULL DEFAULT 0,    -- when it was requested last
    words INTEGER NOT NULL DEFAULT 0,       -- hash of the page's words (dedupe::OnPage); 0: none
    own_words INTEGER NOT NULL DEFAULT 0    -- likewise, of those that the item does not say
) STRICT;
CREATE INDEX full_text_words ON full_text (words) WHERE words <> 0;
CREATE INDEX full_text_own_words ON full_text (own_words) WHERE own_words <> 0;

-- What the sites of such pages say to programs: of each source, the fifty that were read last.
CREATE TABLE site_robots (
    source  TEXT NOT NULL,
    site    TEXT NOT NULL,                  -- scheme, host and port
    read_at INTEGER NOT NULL,
    json    TEXT NOT NULL,                  -- model::Robots
    PRIMARY KEY (source, site)
) STRICT, WITHOUT ROWID;

-- Keys that only the same item shares, of every item that has a story.
CREATE TABLE exact_key (
    key  INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES item (number),
    PRIMARY KEY (key, item)
) STRICT, WITHOUT ROWID;

-- Keys that similar items share. They are kept by day, so that a whole day is deleted together and a few new items
-- read few rows.
CREATE TABLE similar_key (
    day  INTEGER NOT NULL,                  -- the item was published, days since 1970
    key  INTEGER NOT NULL,
    item INTEGER NOT NULL,
    PRIMARY KEY (day, key, item)
) STRICT, WITHOUT ROWID;

-- How often words and texts occur (dedupe::Frequencies). One row.
CREATE TABLE frequencies (number INTEGER PRIMARY KEY CHECK (number = 0), counters BLOB NOT NULL) STRICT;

-- Hashes that were counted since that row was written, in order, four bytes each. A row of each pass that had some: the
-- hashes of a few items are in most pages of the counters.
CREATE TABLE added_hashes (number INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;

-- The number of a story is its order of arrival. It is never used again.
CREATE TABLE story (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    published   INTEGER NOT NULL,           -- that of its first item
    url         TEXT,                       -- that of its first item
    lead        INTEGER NOT NULL REFERENCES item (number), -- the item that is shown first
    rev         INTEGER NOT NULL DEFAULT 0, -- count of changes
    first_seen  INTEGER NOT NULL,
    changed     INTEGER,                    -- date_modified of the last change that a reader should see
    entries_due INTEGER NOT NULL DEFAULT 1, -- 1: new or changed since the themes were last matched
    coverage    INTEGER,                    -- its event, as the number of the first story of that event
    rematch_at  INTEGER                     -- when a theme decides otherwise although nothing has changed: by its age
) STRICT;
CREATE INDEX story_by_date ON story (published);
CREATE INDEX story_by_coverage ON story (coverage) WHERE coverage IS NOT NULL;
CREATE INDEX story_entries_due ON story (number) WHERE entries_due = 1;
CREATE INDEX story_rematch_at ON story (rematch_at) WHERE rematch_at IS NOT NULL;

-- The words by which the event of a story is found. Kept while another story may be compared with it, and only where
-- a theme merges by coverage.
CREATE TABLE gist (
    story     INTEGER PRIMARY KEY REFERENCES story (number),
    published INTEGER NOT NULL,
    terms     BLOB NOT NULL                 -- dedupe::Gist
) STRICT;
CREATE INDEX gist_by_date ON gist (published);

-- Which story belongs to which theme.
CREATE TABLE entry (
    theme          TEXT NOT NULL,
    story          INTEGER NOT NULL REFERENCES story (number),
    item           INTEGER NOT NULL REFERENCES item (number), -- the member by which the story belongs to the theme
    editors_choice INTEGER NOT NULL,        -- 1: editor's choice
    archive_due    INTEGER NOT NULL DEFAULT 1, -- 1: may be in no archive document yet
    arrived        INTEGER NOT NULL DEFAULT 0, -- its place in the subscription document (store::entries)
    published      INTEGER NOT NULL DEFAULT 0, -- that of the story
    PRIMARY KEY (story, theme)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_by_theme ON entry (theme, arrived, story, item, editors_choice);
CREATE INDEX entry_by_date ON entry (theme, published);
CREATE INDEX entry_archive_due ON entry (theme, story) WHERE archive_due = 1;

-- What there is to tell of the stories of each theme, in order (store::streams). Of a story in a theme there are two rows at
-- most: that it entered, and the last thing that happened since.
CREATE TABLE notice (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    theme   TEXT NOT NULL,
    story   INTEGER NOT NULL,
    kind    TEXT NOT NULL,                  -- entered, changed, left
    quiet   INTEGER NOT NULL,               -- 1: it came with the first visit of its source, and is no news
    age     INTEGER,                        -- how old the story was when it entered, seconds
    changed INTEGER                         -- story.changed at that time
) STRICT;
CREATE INDEX notice_by_theme ON notice (theme, number);
CREATE INDEX notice_by_story ON notice (story, theme);

-- Who follows themes, and up to where they have handled them.
CREATE TABLE consumer (
    name        TEXT PRIMARY KEY,
    themes      TEXT,                       -- JSON, a list of themes; NULL: all
    number      INTEGER NOT NULL,           -- notice.number: everything up to it is handled
    begun       INTEGER NOT NULL,           -- notice.number: it knows nothing that entered up to it
    quiet_until INTEGER NOT NULL,           -- notice.number: up to it, it is told of first visits as well
    used        INTEGER NOT NULL            -- when it was last there
) STRICT, WITHOUT ROWID;

-- How each destination of messages is.
CREATE TABLE delivery (
    name     TEXT PRIMARY KEY,              -- its key in feeds.toml
    settings INTEGER NOT NULL,              -- hash of its table: another one begins anew
    json     TEXT NOT NULL                  -- store::DeliveryState
) STRICT, WITHOUT ROWID;

-- Stories that were posted to a destination, or set aside there.
CREATE TABLE posting (
    delivery TEXT NOT NULL,
    story    INTEGER NOT NULL,
    number   INTEGER NOT NULL,              -- notice.number: what was posted last
    receipt  TEXT NOT NULL,                 -- what the platform gave, by which the message is changed
    failed   TEXT,                          -- why it was set aside
    PRIMARY KEY (delivery, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_by_story ON posting (story);
CREATE INDEX posting_failed ON posting (delivery, number) WHERE failed IS NOT NULL;

-- What was last published of each theme.
CREATE TABLE edition (
    theme       TEXT PRIMARY KEY,
    rule        INTEGER NOT NULL,           -- hash of the rule that found its entries
    fingerprint INTEGER NOT NULL,           -- hash of its stories and everything else that shapes its files
    json        TEXT NOT NULL               -- its files with length and time, and its line in the index
) STRICT, WITHOUT ROWID;

-- Archive documents of the feed of a theme (RFC 5005). An entry stays in its document, whatever is matched later.
CREATE TABLE archive_document (
    theme  TEXT NOT NULL,
    number INTEGER NOT NULL,                -- from 1, in the order of closing
    merge  TEXT NOT NULL,                   -- JSON, model::Merging: what one entry of it is
    stale  INTEGER NOT NULL,                -- 1: its files must be written again
    json   TEXT NOT NULL,                   -- its files with length and time; empty and not stale: they were removed
    entries INTEGER NOT NULL DEFAULT 0,     -- how many it has
    newest INTEGER NOT NULL DEFAULT 0,      -- the date of its newest story
    PRIMARY KEY (theme, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX archive_document_published ON archive_document (theme, number) WHERE NOT (stale = 0 AND json = '');
CREATE TABLE archive_entry (
    story          INTEGER NOT NULL,        -- stays when the story is merged into another
    theme          TEXT NOT NULL,
    item           INTEGER NOT NULL,        -- the member through which the story is shown
    editors_choice INTEGER NOT NULL,
    document       INTEGER NOT NULL,        -- archive_document.number
    hidden_since   INTEGER,                 -- the pass that found it hidden; NULL: it is shown
    PRIMARY KEY (story, theme, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX archive_entry_by_document ON archive_entry (theme, document);

-- Feeds that have changed and that the hub (WebSub) has not been notified of.
CREATE TABLE hub_ping (topic TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- HTML pages of stories, of archives by month, of sources, and lists of titles. The row of a story stays when no theme shows the story any more, so
-- that another story never gets its address.
CREATE TABLE html_page (
    path        TEXT PRIMARY KEY,           -- relative to the output folder
    story       INTEGER UNIQUE,             -- NULL for any other page
    fingerprint INTEGER NOT NULL,           -- hash of everything that shapes it; 0: not written
    len         INTEGER NOT NULL,           -- bytes of the file that was written
    modified    INTEGER NOT NULL            -- nanoseconds since 1970
) STRICT, WITHOUT ROWID;

-- Folders of such pages. While the time of a folder stays, no file in it was made, moved or removed.
CREATE TABLE html_folder (
    name     TEXT PRIMARY KEY,
    modified INTEGER NOT NULL,              -- nanoseconds since 1970; 0: not known
    base     INTEGER NOT NULL               -- hash of what all its pages share: settings, templates
) STRICT, WITHOUT ROWID;

-- How many stories of a theme were published in a month.
CREATE TABLE html_month (
    theme   TEXT NOT NULL,
    month   INTEGER NOT NULL,               -- 12 * year + month - 1: January of the year 0 is 0
    stories INTEGER NOT NULL,
    PRIMARY KEY (theme, month)
) STRICT, WITHOUT ROWID;

-- Stories whose pages may have to be written again. Triggers note each new and each removed entry, so that a pass looks
-- only at what changed.
CREATE TABLE html_due (
    story     INTEGER NOT NULL,
    theme     TEXT NOT NULL,                -- '' for a page that no theme shows
    published INTEGER NOT NULL,
    PRIMARY KEY (story, theme)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER new_entry_is_due AFTER INSERT ON entry BEGIN
    INSERT OR IGNORE INTO html_due SELECT number, new.theme, published FROM story WHERE number = new.story;
END;
CREATE TRIGGER old_entry_is_due AFTER DELETE ON entry BEGIN
    INSERT OR IGNORE INTO html_due SELECT number, old.theme, published FROM story WHERE number = old.story;
END;

-- Sources whose lists of newest stories may have to be written again. Triggers note them with each new and each removed
-- entry.
CREATE TABLE source_due (source TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER sources_of_new_entry_are_due AFTER INSERT ON entry BEGIN
    INSERT OR IGNORE INTO source_due SELECT source FROM item WHERE story = new.story;
END;
CREATE TRIGGER sources_of_old_entry_are_due AFTER DELETE ON entry BEGIN
    INSERT OR IGNORE INTO source_due SELECT source FROM item WHERE story = old.story;
END;

-- Themes that are as they were published, so that a pass need not read their entries to know it. A row is written when all
-- is published. A trigger deletes it when something changes that the files of the theme may show. What is shown of an entry
-- (its item, its article, whether it is hidden) changes the count of changes of its story.
CREATE TABLE as_published (
    theme       TEXT PRIMARY KEY,
    settings    INTEGER NOT NULL,           -- hash of what shapes its files besides its entries
    fingerprint INTEGER NOT NULL,           -- edition.fingerprint
    since       INTEGER NOT NULL,           -- the pass that read its entries
    until       INTEGER                     -- when one of them is too old (max_age); NULL: never
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_came AFTER INSERT ON entry BEGIN
    DELETE FROM as_published WHERE theme = new.theme;
END;
CREATE TRIGGER entry_changed AFTER UPDATE ON entry BEGIN
    DELETE FROM as_published WHERE theme IN (old.theme, new.theme);
END;
CREATE TRIGGER entry_went AFTER DELETE ON entry BEGIN
    DELETE FROM as_published WHERE theme = old.theme;
END;
CREATE TRIGGER story_changed AFTER UPDATE OF rev, published, coverage ON story BEGIN
    DELETE FROM as_published WHERE theme IN (SELECT theme FROM entry WHERE story = new.number);
END;
CREATE TRIGGER copy_came AFTER INSERT ON theme_copy BEGIN
    DELETE FROM as_published WHERE theme = new.theme;
END;
CREATE TRIGGER copy_changed AFTER UPDATE ON theme_copy BEGIN
    DELETE FROM as_published WHERE theme IN (old.theme, new.theme);
END;
CREATE TRIGGER copy_went AFTER DELETE ON theme_copy BEGIN
    DELETE FROM as_published WHERE theme = old.theme;
END;
CREATE TRIGGER page_is_due AFTER INSERT ON html_due BEGIN
    DELETE FROM as_published WHERE theme = new.theme;
END;

-- Files that are not written any more, as they were written last. They stay until `run --prune` removes them.
CREATE TABLE unused_file (
    file     TEXT PRIMARY KEY,              -- relative to the output folder
    len      INTEGER NOT NULL,              -- bytes
    modified INTEGER NOT NULL               -- nanoseconds since 1970
) STRICT, WITHOUT ROWID;
