-- Hashes of items by their names, and which version of normalize::ItemHashes made them. Those of version 0 hang on
-- how an older program printed an item: when its source is read next, such an item is compared by value.
ALTER TABLE item RENAME COLUMN seen TO content_hash;
ALTER TABLE item RENAME COLUMN rest TO metadata_hash;
ALTER TABLE item ADD COLUMN hash_version INTEGER NOT NULL DEFAULT 0;
