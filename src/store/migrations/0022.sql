-- What is remembered of a source as columns, not as one JSON text: most passes ask only when each source is due. What was no
-- JSON is forgotten, as if the source were new.
ALTER TABLE source RENAME TO source_before;
CREATE TABLE source (
    id              TEXT PRIMARY KEY,
    asked           TEXT,
    settings_source INTEGER,
    settings_fetch  INTEGER,
    next_due        INTEGER,
    retry_after     INTEGER,
    last_failure    TEXT,
    gone            INTEGER NOT NULL,
    next_why        TEXT,
    url             TEXT,
    etag            TEXT,
    last_modified   TEXT,
    body_hash       INTEGER,
    reader          INTEGER NOT NULL,
    freshness       TEXT,
    oddities        TEXT,
    rhythm_seconds  INTEGER,
    newest          INTEGER,
    failures        INTEGER NOT NULL,
    failing_since   INTEGER,
    trouble         INTEGER NOT NULL,
    is_reported     INTEGER NOT NULL,
    last_error      TEXT,
    last_good       INTEGER,
    redirect        TEXT,
    robots          TEXT
) STRICT, WITHOUT ROWID;

-- Hashes have 64 bits without a sign. SQLite would round the larger ones, so they are read in two parts. 2^64, which is taken
-- from them, is 18446744072 thousand million and 1709551616.
CREATE TEMP TABLE hash (source TEXT, name TEXT, digits TEXT, number INTEGER, PRIMARY KEY (source, name)) WITHOUT ROWID;
INSERT INTO hash
SELECT id, name, fetch_state -> path, NULL FROM source_before, (
    SELECT 'body' AS name, '$.body_hash' AS path
    UNION ALL SELECT 'reader', '$.reader'
    UNION ALL SELECT 'source', '$.settings.source'
    UNION ALL SELECT 'fetch', '$.settings.fetch')
WHERE json_valid(fetch_state) AND json_type(fetch_state, path) = 'integer';
UPDATE hash SET number = CASE
    WHEN length(digits) < 19 OR (length(digits) = 19 AND digits <= '9223372036854775807') THEN CAST(digits AS INTEGER)
    ELSE (CAST(substr(digits, 1, length(digits) - 9) AS INTEGER) - 18446744072) * 1000000000
        + CAST(substr(digits, -9) AS INTEGER) - 1709551616
END;

INSERT INTO source
SELECT id,
    json ->> '$.asked',
    (SELECT number FROM hash WHERE source = id AND name = 'source'),
    (SELECT number FROM hash WHERE source = id AND name = 'fetch'),
    unixepoch(json ->> '$.next_due'),
    unixepoch(json ->> '$.retry_after'),
    json -> '$.last_failure',
    ifnull(json ->> '$.gone', 0),
    json ->> '$.next_why',
    json ->> '$.url',
    json ->> '$.etag',
    json ->> '$.last_modified',
    (SELECT number FROM hash WHERE source = id AND name = 'body'),
    ifnull((SELECT number FROM hash WHERE source = id AND name = 'reader'), 0),
    nullif(json -> '$.freshness', '{"ttl_minutes":null,"skip_hours":[],"skip_days":[],"update_period_seconds":null}'),
    json -> '$.oddities',
    json ->> '$.rhythm_seconds',
    unixepoch(json ->> '$.newest'),
    ifnull(json ->> '$.failures', 0),
    unixepoch(json ->> '$.failing_since'),
    ifnull(json ->> '$.trouble', 0),
    ifnull(json ->> '$.is_reported', 0),
    json ->> '$.last_error',
    unixepoch(json ->> '$.last_good'),
    json -> '$.redirect',
    -- Older versions kept one.
    iif(json_type(json, '$.robots') = 'object', json_array(json -> '$.robots'), json -> '$.robots')
FROM (SELECT id, fetch_state AS json FROM source_before WHERE json_valid(fetch_state));
DROP TABLE hash;
DROP TABLE source_before;

-- The sources of items that stand in a theme, from a third of the pages.
CREATE INDEX item_source_of ON item (number, source);
