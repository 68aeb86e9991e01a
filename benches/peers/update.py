"""One update of all feeds with reader: update.py DATABASE URLS."""

import sys

from reader import make_reader

database, urls = sys.argv[1:]
reader = make_reader(database)
with open(urls) as lines:
    for line in lines:
        reader.add_feed(line.strip())
reader.update_feeds(workers=8)
