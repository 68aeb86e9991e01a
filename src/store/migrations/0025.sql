-- Archive documents that are published, so that a pass need not read those that were dropped. What themes are like is
-- found out once more: until now, a dropped document could be stale.
CREATE INDEX archive_document_published ON archive_document (theme, number) WHERE NOT (stale = 0 AND json = '');
DELETE FROM as_published;
