#!/usr/bin/env python3
"""feedparser's test suite, read by feedmill.

    python3 tests/peers/feedparser_suite.py --feedmill target/release/feedmill TESTS [--list] [--strict]

TESTS is the folder `tests` of feedparser's source distribution or repository; nothing of it is part of this
project. Each of its files says in an `Expect:` line, a Python expression, what feedparser gives. Of such a line the
parts between `and` are taken that JSON Feed can express (the table FIELDS); a line counts when it has at least one,
and holds when all of them hold. Needs html5lib and feedparser itself (for reading dates that are expected as text).

A file that feedmill refuses is listed apart: with exit code 65 it says what the document is instead.
"""

import argparse
import ast
import collections
import datetime
import html
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import feedparser
import feedparser.datetimes
import html5lib

# Which of feedparser's names stand for which of JSON Feed's: path -> (kind, JSON Feed's fields, any of which may hold it).
# N stands for a number. What is not here (rights, links, types, bases, contributors, publisher, generator, geo, ...)
# JSON Feed has no place for.
TEXT, LINE, MARKUP, ADDRESS, DATE, MOMENT, PERSON, MAIL = 'text line markup address date moment person mail'.split()
FEED = {
    'title': (LINE, ['title']),
    'title_detail.value': (LINE, ['title']),
    'link': (ADDRESS, ['home_page_url']),
    **{name + suffix: (LINE, ['description']) for name in ('description', 'subtitle', 'tagline') for suffix in ('', '_detail.value')},
    'language': (TEXT, ['language']),
    'author': (PERSON, ['authors.0']),
    'author_detail.name': (TEXT, ['authors.0.name']),
    'author_detail.email': (MAIL, ['authors.0.url']),
    'author_detail.url': (ADDRESS, ['authors.0.url']),
    'authors.N.name': (TEXT, ['authors.N.name']),
    'authors.N.email': (MAIL, ['authors.N.url']),
    'authors.N.url': (ADDRESS, ['authors.N.url']),
    'image.href': (ADDRESS, ['icon']),
    'image.url': (ADDRESS, ['icon']),
    'logo': (ADDRESS, ['icon']),
    'icon': (ADDRESS, ['icon']),
}
BODY = ['content_html', 'content_text', 'summary']
DATES = ['date_published', 'date_modified']
ENTRY = {
    'title': (LINE, ['title']),
    'title_detail.value': (LINE, ['title']),
    'link': (ADDRESS, ['url', 'external_url']),
    'id': (TEXT, ['id']),
    'guid': (TEXT, ['id']),
    **{name + suffix: (MARKUP, BODY) for name in ('description', 'summary') for suffix in ('', '_detail.value')},
    'content.0.value': (MARKUP, BODY),
    **{name: (DATE, DATES) for name in ('published', 'updated', 'created', 'issued', 'modified', 'date')},
    **{name + '_parsed': (MOMENT, DATES) for name in ('published', 'updated', 'created', 'issued', 'modified', 'date')},
    'author': (PERSON, ['authors.0']),
    'author_detail.name': (TEXT, ['authors.0.name']),
    'author_detail.email': (MAIL, ['authors.0.url']),
    'author_detail.url': (ADDRESS, ['authors.0.url']),
    'authors.N.name': (TEXT, ['authors.N.name']),
    'authors.N.email': (MAIL, ['authors.N.url']),
    'authors.N.url': (ADDRESS, ['authors.N.url']),
    'tags.N.term': (TEXT, ['tags.N']),
    'tags.N.label': (TEXT, ['tags.N']),
    'category': (TEXT, ['tags.0']),
    'categories.N.1': (TEXT, ['tags.N']),
    'enclosures.N.href': (ADDRESS, ['attachments.N.url']),
    'enclosures.N.url': (ADDRESS, ['attachments.N.url']),
    'enclosures.N.type': (TEXT, ['attachments.N.mime_type']),
    'enclosures.N.length': (TEXT, ['attachments.N.size_in_bytes']),
    'media_content.N.url': (ADDRESS, ['attachments.N.url', 'image']),
    'media_thumbnail.N.url': (ADDRESS, ['image']),
    'image.href': (ADDRESS, ['image']),
    'content.0.language': (TEXT, ['language']),
    'summary_detail.language': (TEXT, ['language']),
    'title_detail.language': (TEXT, ['language']),
    'language': (TEXT, ['language']),
}
COUNTED = {'entries': 'items', 'entries.N.tags': 'tags', 'entries.N.enclosures': 'attachments', 'entries.N.authors': 'authors'}


class Inexpressible(Exception):
    """A part that JSON Feed has no place for."""


def path_of(node):
    """feed['x'].y[0] -> ['feed', 'x', 'y', 0]"""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return path_of(node.value) + [node.attr]
    if isinstance(node, ast.Subscript):
        return path_of(node.value) + [literal(node.slice)]
    raise Inexpressible


def literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise Inexpressible from None


def field_of(path):
    """The kind and the values that feedmill gave for feedparser's path."""
    names = ['N' if isinstance(part, int) else part for part in path]
    numbers = [part for part in path if isinstance(part, int)]
    if path[0] == 'entries' and len(path) > 2 and isinstance(path[1], int):
        table, names, numbers, root = ENTRY, names[2:], numbers[1:], ['items', path[1]]
    elif path[0] in ('feed', 'channel') and len(path) > 1:
        table, names, root = FEED, names[1:], []
    else:
        raise Inexpressible
    key = '.'.join(names)
    if key not in table:
        # content[0] is the only body that JSON Feed has.
        key = '.'.join('0' if name == 'N' and names[0] == 'content' and numbers == [0] else name for name in names)
    if key not in table:
        raise Inexpressible
    kind, targets = table[key]
    return kind, [root + [numbers[0] if part == 'N' else int(part) if part.isdigit() else part for part in target.split('.')] for target in targets]


def look_up(document, path):
    for part in path:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def folded(text):
    return ' '.join(str(text).split())


def tokens_of(markup, strict):
    """What a reader sees of some HTML: its words, what they link to, its pictures; strictly, every tag and attribute."""
    tree = html5lib.parseFragment(markup, treebuilder='etree', namespaceHTMLElements=False)
    seen = []

    def walk(element):
        tag = element.tag if isinstance(element.tag, str) else ''
        attributes = {name: address_of(value) if name in ('href', 'src') else value
                      for name, value in element.attrib.items() if strict or name in ('href', 'src', 'alt', 'title')}
        shown = strict or tag in ('a', 'img', 'audio', 'video', 'iframe') and attributes
        if shown:
            seen.append((tag, sorted(attributes.items())))
        if tag not in ('script', 'style') and element.text:
            seen.extend(element.text.split())
        for child in element:
            walk(child)
            if child.tail:
                seen.extend(child.tail.split())
        if shown:
            seen.append(('/' + tag, []))

    walk(tree)
    # Where words are cut does not matter: `<b>a</b>b` is `ab` to whoever reads it.
    joined = []
    for token in seen:
        if isinstance(token, str) and joined and isinstance(joined[-1], str):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def seconds_of(text):
    if text is None:
        return None
    return int(datetime.datetime.fromisoformat(str(text).replace('Z', '+00:00')).timestamp())


def address_of(text):
    """An address, where host and scheme have no case and `%C3%A9` is `é` (RFC 3986, section 6.2.2)."""
    parts = urllib.parse.urlsplit(urllib.parse.unquote(html.unescape(str(text)).strip()))
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl().rstrip('/')


def words_of(markup):
    return ''.join(token for token in tokens_of(markup, False) if isinstance(token, str))


def equal(kind, found, expected, strict):
    if found is None:
        # `<b></b>` shows nothing, and so does a text that is left out.
        return expected is None or expected == '' or kind in (LINE, MARKUP) and not strict and not tokens_of(expected, False) \
            or kind == LINE and not words_of(expected)
    if expected is None:
        return False
    if kind == LINE:
        return words_of(html.escape(found)) == words_of(expected) or folded(found) == folded(expected)
    if kind == MARKUP:
        return tokens_of(found, strict) == tokens_of(expected, strict) or folded(found) == folded(expected)
    if kind == ADDRESS:
        return address_of(found) == address_of(expected)
    if kind == MAIL:
        return str(found).removeprefix('mailto:') == expected
    if kind == PERSON:
        name, mail = found.get('name'), (found.get('url') or '').removeprefix('mailto:')
        return expected in (name, mail, f'{name} ({mail})')
    if kind == DATE:
        parsed = feedparser.datetimes._parse_date(expected)
        return parsed is not None and equal(MOMENT, found, tuple(parsed), strict)
    if kind == MOMENT:
        if isinstance(expected, tuple) and len(expected) >= 6:
            when = datetime.datetime(*expected[:6], tzinfo=datetime.timezone.utc)
            return seconds_of(found) == int(when.timestamp())
        return False
    return folded(found) == folded(expected)


def holds(node, document, strict):
    """Whether one part of an expression is true of what feedmill gave."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not holds(node.operand, document, strict)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return any(holds(part, document, strict) for part in node.values)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        raise Inexpressible
    left, operator, right = node.left, node.ops[0], node.comparators[0]
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == 'len':
        names = ['N' if isinstance(part, int) else part for part in path_of(left.args[0])]
        target = COUNTED.get('.'.join(names))
        if target is None or not isinstance(operator, ast.Eq):
            raise Inexpressible
        root = [] if target == 'items' else ['items', path_of(left.args[0])[1]]
        return len(look_up(document, root + [target]) or []) == literal(right)
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, ast.Constant):
        # 'title' in entries[0]
        path = path_of(right)
        if path in (['feed'], ['channel']) or len(path) == 2 and path[0] == 'entries':
            _, targets = field_of(path + [left.value])
            there = any(look_up(document, target) not in (None, '') for target in targets)
            return there == isinstance(operator, ast.In)
        kind, targets = field_of(path)
        there = any(left.value in str(look_up(document, target) or '') for target in targets)
        return there == isinstance(operator, ast.In)
    if not isinstance(operator, (ast.Eq, ast.NotEq, ast.Is)):
        raise Inexpressible
    if isinstance(left, ast.Constant) or isinstance(left, ast.Tuple):
        left, right = right, left
    kind, targets = field_of(path_of(left))
    expected = literal(right)
    same = any(equal(kind, look_up(document, target), expected, strict) for target in targets)
    return same == isinstance(operator, (ast.Eq, ast.Is))


def parts_of(expression):
    node = ast.parse(expression, mode='eval').body
    stack, parts = [node], []
    while stack:
        node = stack.pop(0)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            stack = node.values + stack
        else:
            parts.append(node)
    return parts


EXPECT = re.compile(r'Expect:\s*(.*?)\s*(?:-->|\n\s*-->)', re.S)
HEADER = re.compile(r'^\s*Header:\s+([^:\s]+):\s*(.*?)\s*$', re.M)


def text_of(data):
    for start, codec in ((b'\x4c\x6f\xa7\x94', 'cp037'), (b'\x00\x00\xfe\xff', 'utf-32be'), (b'\xff\xfe\x00\x00', 'utf-32le'),
                         (b'\x00\x00\x00\x3c', 'utf-32be'), (b'\x3c\x00\x00\x00', 'utf-32le'), (b'\x00\x3c\x00\x3f', 'utf-16be'),
                         (b'\x3c\x00\x3f\x00', 'utf-16le'), (b'\xfe\xff', 'utf-16be'), (b'\xff\xfe', 'utf-16le')):
        if data.startswith(start):
            return data.decode(codec, 'replace')
    return data.decode('utf-8', 'replace')


def judge(path, program, strict):
    data = path.read_bytes()
    text = text_of(data)
    headers = {name.lower(): value for name, value in HEADER.findall(text)}
    url = urllib.parse.urljoin('http://127.0.0.1:8097/tests/' + path.name, headers.get('content-location', ''))
    command = [program, 'parse', '--url', url, '--as-of', '2030-01-01T00:00:00Z']
    if 'content-type' in headers:
        command += ['--content-type', headers['content-type']]
    run = subprocess.run(command + [str(path)], capture_output=True, timeout=60, check=False)
    if run.returncode:
        return 'refused', run.returncode, run.stderr.decode('utf-8', 'replace').strip()
    document = json.loads(run.stdout)
    expect = EXPECT.search(text)
    if not expect:
        return 'read', None, None
    expression = ' '.join(expect.group(1).split('\n'))
    try:
        parts = parts_of(expression)
    except SyntaxError:
        return 'read', None, None
    verdicts = []
    for part in parts:
        try:
            verdicts.append(holds(part, document, strict))
        except Inexpressible:
            continue
    if not verdicts:
        return 'read', None, None
    return 'read', all(verdicts), expression


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('tests', type=pathlib.Path)
    arguments.add_argument('--feedmill', default='target/release/feedmill')
    arguments.add_argument('--strict', action='store_true', help='HTML must have the same tags and attributes, not only read the same')
    arguments.add_argument('--list', action='store_true', help='print each line that does not hold')
    given = arguments.parse_args()
    files = sorted(path for folder in ('wellformed', 'illformed', 'encoding', 'entities', 'json') for path in (given.tests / folder).rglob('*') if path.is_file())
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: judge(path, given.feedmill, given.strict), files))
    table = collections.defaultdict(collections.Counter)
    for path, (state, verdict, text) in zip(files, results):
        folder = path.relative_to(given.tests).parts[0]
        row = table[folder]
        row['files'] += 1
        row[state] += 1
        if state == 'refused':
            row[f'exit {verdict}'] += 1
            if given.list:
                print(f'REFUSED {path.relative_to(given.tests)}: exit {verdict}: {text}')
        elif verdict is not None:
            row['lines'] += 1
            row['hold'] += verdict
            if given.list and not verdict:
                print(f'DIFFERS {path.relative_to(given.tests)}: {text}')
    for folder, row in table.items():
        share = f"{100 * row['hold'] / row['lines']:.1f} %" if row['lines'] else '-'
        print(f"{folder:12} files {row['files']:5} read {row['read']:5} refused {row['refused']:3}  lines {row['lines']:5} hold {row['hold']:5} = {share}")
    lines, hold = (sum(row[key] for row in table.values()) for key in ('lines', 'hold'))
    print(f'all: {hold} of {lines} lines hold = {100 * hold / max(lines, 1):.1f} %')


if __name__ == '__main__':
    sys.exit(main())
