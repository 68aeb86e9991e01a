-- The lists of each source's newest stories: what they are found by, and which have to be written again.
CREATE INDEX item_by_source ON item (source, published) WHERE story IS NOT NULL;
CREATE TABLE source_due (source TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER sources_of_new_entry_are_due AFTER INSERT ON entry BEGIN
    INSERT OR IGNORE INTO source_due SELECT source FROM item WHERE story = new.story;
END;
CREATE TRIGGER sources_of_old_entry_are_due AFTER DELETE ON entry BEGIN
    INSERT OR IGNORE INTO source_due SELECT source FROM item WHERE story = old.story;
END;
