-- Which items a source lists now: two of them are two items. And which items have to be compared again, because they
-- changed or because a newer program compares them in another way.
ALTER TABLE item ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN merge_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_listed ON item (source) WHERE listed = 1;
CREATE INDEX item_merge_due ON item (number) WHERE merge_due = 1;
