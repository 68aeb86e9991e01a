-- Files that nothing writes any more, as we left them; they stay until somebody asks for their removal.
CREATE TABLE abandoned (
    file     TEXT PRIMARY KEY,
    len      INTEGER NOT NULL,
    modified INTEGER NOT NULL               -- nanoseconds since 1970
) STRICT, WITHOUT ROWID;
