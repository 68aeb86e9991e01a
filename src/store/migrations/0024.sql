-- What the merger counted since all its counters were stored, so that a pass with few new items need not store them all.
CREATE TABLE added_hashes (number INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
