-- Items that were deleted because they were old, so that they are not new when their source lists them again.
CREATE TABLE seen_item (
    key  INTEGER PRIMARY KEY,
    seen INTEGER NOT NULL
) STRICT;

-- How many entries an archive document has, so that the oldest ones can go.
ALTER TABLE archive_document ADD COLUMN entries INTEGER NOT NULL DEFAULT 0;
UPDATE archive_document SET entries = (SELECT count(*) FROM archive_entry a
    WHERE a.theme = archive_document.theme AND a.document = archive_document.number);

-- When an entry counts as arrived in its theme, which decides what stands in the subscription document. Entries that
-- are here keep their order. `shares_since`: of what arrived up to then, no source gives way to others, so that
-- nothing leaves a feed because of this step.
ALTER TABLE item ADD COLUMN backlog INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET arrived = (SELECT first_seen FROM story WHERE number = story);
DROP INDEX entry_by_theme;
CREATE INDEX entry_by_theme ON entry (theme, arrived, story, item, editors_choice);
INSERT INTO meta SELECT 'shares_since', value FROM meta WHERE key = 'last_pass';
-- What an item said before, and when minor changes of it are told.
ALTER TABLE item ADD COLUMN forms BLOB;
ALTER TABLE item ADD COLUMN minor_told INTEGER;
ALTER TABLE item ADD COLUMN minor_due INTEGER;
CREATE INDEX item_minor_due ON item (minor_due) WHERE minor_due IS NOT NULL;
