-- The date of the story beside its entry, so that the pages of a month are made from the entries of their theme alone.
ALTER TABLE entry ADD COLUMN published INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET published = (SELECT published FROM story WHERE number = story);
CREATE INDEX entry_by_date ON entry (theme, published);
