-- Items that pass through the filter of a theme. json is an item as the theme shows it, where that is otherwise.
CREATE TABLE theme_copy (
    item    INTEGER NOT NULL REFERENCES item (number),
    theme   TEXT NOT NULL,
    filter  INTEGER NOT NULL,
    given   INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    json    TEXT,
    PRIMARY KEY (item, theme)
) STRICT, WITHOUT ROWID;
CREATE INDEX theme_copy_due ON theme_copy (item) WHERE filter = 0;
