-- The articles of items whose source has `full_text`: what their pages gave, or that they gave nothing.
CREATE TABLE full_text (
    item   INTEGER PRIMARY KEY REFERENCES item (number),
    html   TEXT,
    tries  INTEGER NOT NULL,
    try_at INTEGER
) STRICT;
