-- Themes that are as they were published, so that a pass need not read their entries to know it. A trigger deletes the row
-- of a theme when something changes that its files may show.
CREATE TABLE as_published (
    theme       TEXT PRIMARY KEY,
    settings    INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    until       INTEGER
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
