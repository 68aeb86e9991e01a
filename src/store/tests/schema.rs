//! `docs/SCHEMA.sql` says what the migrations make.

use crate::store::migrate;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

const SCHEMA: &str = include_str!("../../../docs/SCHEMA.sql");

#[test]
fn the_described_schema_is_what_the_migrations_make() {
    let mut migrated = Connection::open_in_memory().unwrap();
    migrate::migrate(&mut migrated, Path::new("x.db")).unwrap();
    let described = Connection::open_in_memory().unwrap();
    described.execute_batch(SCHEMA).unwrap();
    let (migrated, described) = (parts(&migrated), parts(&described));
    let missing: Vec<_> = migrated
        .difference(&described)
        .map(String::as_str)
        .collect();
    let wrong: Vec<_> = described
        .difference(&migrated)
        .map(String::as_str)
        .collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "edit docs/SCHEMA.sql by hand (never an old migration).\nAdd:\n{}\nRemove:\n{}\n",
        missing.join("\n"),
        wrong.join("\n")
    );
}

/// Everything that a schema defines, one line each.
fn parts(connection: &Connection) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    for sql in [
        "SELECT concat_ws(' ', 'table', name, iif(wr, 'WITHOUT ROWID', ''), iif(strict, 'STRICT', ''))
         FROM pragma_table_list WHERE schema = 'main' AND name <> 'sqlite_schema'",
        "SELECT concat_ws(' ', 'column', t.name, c.cid, c.name, c.type, iif(c.\"notnull\", 'NOT NULL', ''),
                          'DEFAULT ' || c.dflt_value, iif(c.pk, 'PRIMARY KEY ' || c.pk, ''))
         FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'",
        "SELECT concat_ws(' ', 'reference', t.name, r.\"from\", r.\"table\", r.\"to\", r.on_delete)
         FROM sqlite_schema t, pragma_foreign_key_list(t.name) r WHERE t.type = 'table'",
        // Named by SQLite after their table: its columns say which it is.
        "SELECT concat_ws(' ', 'constraint', t.name, i.origin, i.\"unique\",
                          (SELECT group_concat(name) FROM pragma_index_info(i.name)))
         FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin <> 'c'",
        "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
        "SELECT concat_ws(' ', 'check', name, substr(sql, instr(sql, 'CHECK')))
         FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK (%'",
    ] {
        let mut query = connection.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
        parts.extend(rows.map(|row| normalised(&row.unwrap())));
    }
    parts
}

/// SQL without the quotes that a renamed table gets, and with single spaces.
fn normalised(sql: &str) -> String {
    let unquoted = sql.replace('"', "");
    let words: Vec<_> = unquoted.split_whitespace().collect();
    words.join(" ")
}
