-- Feeds that have changed and that the hub has not been told of.
CREATE TABLE ping (topic TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
