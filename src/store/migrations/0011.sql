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
