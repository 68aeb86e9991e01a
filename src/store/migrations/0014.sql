-- The date of the newest story of each archive document: which documents hold the newest stories of a theme.
ALTER TABLE archive_document ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
UPDATE archive_document SET newest = ifnull((
    SELECT max(story.published) FROM archive_entry JOIN story ON story.number = archive_entry.story
    WHERE archive_entry.theme = archive_document.theme AND archive_entry.document = archive_document.number), 0);
