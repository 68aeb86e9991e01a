-- The feeds that an OPML list named when it was last read whole ([model::Subscription]).
CREATE TABLE list (source TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
