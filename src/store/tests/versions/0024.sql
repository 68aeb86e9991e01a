-- Rows as version 24 of the store wrote them.
INSERT INTO meta VALUES ('last_pass', '1718409600');
INSERT INTO source (id, gone, url, etag, reader, failures, trouble, is_reported) VALUES ('a', 0, 'https://a.example/feed', '"1"', 0, 2, 0, 0);
INSERT INTO item_source VALUES (1, '{"id":"a","title":"A","feed_id":"https://a.example/feed"}');
INSERT INTO item (number, source, id, url, item_source, published, first_seen, content_hash, metadata_hash, hash_version, listed)
VALUES (1, 'a', 'https://a.example/1', 'https://a.example/1', 1, 1718355600, 1718409600, 7, 8, 1, 1);
INSERT INTO body VALUES (1, x'07', '{"id":"https://a.example/1","url":"https://a.example/1","title":"Council agrees","date_published":"2024-06-14T09:00:00Z","date_precision":"exact"}');
INSERT INTO exact_key VALUES (-5, 1);
INSERT INTO story (number, id, published, url, lead, first_seen, entries_due)
VALUES (1, 'https://a.example/1', 1718355600, 'https://a.example/1', 1, 1718409600, 0);
UPDATE item SET story = 1;
INSERT INTO entry (theme, story, item, editors_choice, published) VALUES ('t', 1, 1, 1, 1718355600);
INSERT INTO safe_html VALUES (1, 2, '<p>Done.</p>');
INSERT INTO edition VALUES ('t', -1, 2, '{"files":[["t.atom",1,2]]}');
INSERT INTO opml_list VALUES ('opml', '[{"url":"https://b.example/feed"}]');
UPDATE story SET coverage = 1;
INSERT INTO gist VALUES (1, 1718355600, x'0102');
INSERT INTO similar_key VALUES (19888, 9, 1);
INSERT INTO frequencies VALUES (0, x'05');
INSERT INTO added_hashes VALUES (1, x'0100000002000000');
INSERT INTO archive_document VALUES ('t', 1, '"identical"', 0, '{"files":[["t/1.atom",1,2]]}', 1, 1718355600);
INSERT INTO seen_item VALUES (5, 1718409600);
INSERT INTO archive_entry (story, theme, item, editors_choice, document) VALUES (1, 't', 1, 1, 1);
INSERT INTO hub_ping VALUES ('https://news.example/t.atom');
INSERT INTO html_page VALUES ('s/1.html', 1, -1, 3, 4);
INSERT INTO html_folder VALUES ('t', 5, 6);
INSERT INTO html_month VALUES ('t', 24293, 1);
INSERT INTO unused_file VALUES ('old.atom', 1, 2);
INSERT INTO source_due VALUES ('a') ON CONFLICT DO NOTHING;
INSERT INTO filtered VALUES (1, 'a', 7, 0, NULL);
INSERT INTO full_text VALUES (1, '<p>All of it.</p>', 1, NULL, 5, 6, 7);
INSERT INTO site_robots VALUES ('a', 'https://a.example', 5, '{}');
INSERT INTO notice (theme, story, kind, quiet, age, changed) VALUES ('t', 1, 'entered', 0, 60, NULL);
INSERT INTO consumer VALUES ('bot', '["t"]', 0, 0, 0, 1718409600);
INSERT INTO theme_copy VALUES (1, 't', 7, 8, 0, 1, NULL);
INSERT INTO delivery VALUES ('team', 7, '{"tries":1}');
INSERT INTO posting VALUES ('team', 1, 1, '42', NULL);
INSERT INTO as_published VALUES ('t', 1, 2, 1718409600, NULL);
