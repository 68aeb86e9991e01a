-- One word for one thing: tables and columns under the names that the program uses.
ALTER TABLE source RENAME COLUMN seen TO fetch_state;
ALTER TABLE described RENAME TO item_source;
ALTER TABLE item RENAME COLUMN described TO item_source;
ALTER TABLE exact RENAME TO exact_key;
ALTER TABLE alike RENAME TO similar_key;
ALTER TABLE heard RENAME TO frequencies;
ALTER TABLE clean RENAME TO safe_html;
ALTER TABLE list RENAME TO opml_list;
ALTER TABLE ping RENAME TO hub_ping;
ALTER TABLE abandoned RENAME TO unused_file;

-- A story that belongs to a theme is an entry of it.
DROP TRIGGER filed_is_due;
DROP TRIGGER unfiled_is_due;
DROP INDEX story_unfiled;
DROP INDEX filed_by_theme;
DROP INDEX filed_waiting;
ALTER TABLE story RENAME COLUMN unfiled TO entries_due;
ALTER TABLE filed RENAME TO entry;
ALTER TABLE entry RENAME COLUMN choice TO editors_choice;
ALTER TABLE entry RENAME COLUMN waits TO archive_due;
CREATE INDEX story_entries_due ON story (number) WHERE entries_due = 1;
CREATE INDEX entry_by_theme ON entry (theme, story, item, editors_choice);
CREATE INDEX entry_archive_due ON entry (theme, story) WHERE archive_due = 1;
CREATE TRIGGER new_entry_is_due AFTER INSERT ON entry BEGIN
    INSERT OR IGNORE INTO html_due SELECT number, new.theme, published FROM story WHERE number = new.story;
END;
CREATE TRIGGER old_entry_is_due AFTER DELETE ON entry BEGIN
    INSERT OR IGNORE INTO html_due SELECT number, old.theme, published FROM story WHERE number = old.story;
END;

-- Archive documents of a theme's feed (RFC 5005).
DROP INDEX archived_by_page;
ALTER TABLE page RENAME TO archive_document;
ALTER TABLE archived RENAME TO archive_entry;
ALTER TABLE archive_entry RENAME COLUMN choice TO editors_choice;
ALTER TABLE archive_entry RENAME COLUMN page TO document;
ALTER TABLE archive_entry RENAME COLUMN gone TO hidden_since;
CREATE INDEX archive_entry_by_document ON archive_entry (theme, document);
