-- Rows as version 2 of the store wrote them.
INSERT INTO meta VALUES ('last_pass', '1718409600');
INSERT INTO source VALUES ('a', '{"url":"https://a.example/feed","etag":"\"1\"","failures":2}');
INSERT INTO described VALUES (1, '{"id":"a","title":"A","feed_id":"https://a.example/feed"}');
INSERT INTO item (number, source, id, url, described, published, first_seen, seen, rest)
VALUES (1, 'a', 'https://a.example/1', 'https://a.example/1', 1, 1718355600, 1718409600, 7, 8);
INSERT INTO body VALUES (1, x'07', '{"id":"https://a.example/1","url":"https://a.example/1","title":"Council agrees","date_published":"2024-06-14T09:00:00Z","date_precision":"exact"}');
INSERT INTO exact VALUES (-5, 1);
INSERT INTO story (number, id, published, url, lead, first_seen, unfiled)
VALUES (1, 'https://a.example/1', 1718355600, 'https://a.example/1', 1, 1718409600, 0);
UPDATE item SET story = 1;
INSERT INTO filed (theme, story, item, choice) VALUES ('t', 1, 1, 1);
INSERT INTO clean VALUES (1, 2, '<p>Done.</p>');
INSERT INTO edition VALUES ('t', -1, 2, '{"files":[["t.atom",1,2]]}');
INSERT INTO list VALUES ('opml', '[{"url":"https://b.example/feed"}]');
