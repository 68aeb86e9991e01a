-- Items that were deleted because they were old, so that they are not new when their source lists them again.
CREATE TABLE seen_item (
    key  INTEGER PRIMARY KEY,
    seen INTEGER NOT NULL
) STRICT;

-- How many entries an archive document has, so that the oldest ones can go.
ALTER TABLE archive_document ADD COLUMN entries INTEGER NOT NULL DEFAULT 0;
UPDATE archive_document SET entries = (SELECT count(*) FROM archive_entry a
    WHERE a.theme = archive_document.theme AND a.document = archive_document.number);
