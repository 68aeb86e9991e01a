-- When a story is matched again although nothing has changed: a rule of a theme depends on its age.
ALTER TABLE story ADD COLUMN rematch_at INTEGER;
CREATE INDEX story_rematch_at ON story (rematch_at) WHERE rematch_at IS NOT NULL;
