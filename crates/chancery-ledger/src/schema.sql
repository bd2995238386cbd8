-- The ledger's tables. Every column is described in docs/reference/ledger-schema.md; a test compares the two.

CREATE TABLE runs (
    key             TEXT NOT NULL PRIMARY KEY,
    coding          TEXT NOT NULL,
    program_version TEXT NOT NULL,
    data_hash       TEXT NOT NULL,
    options         TEXT NOT NULL,
    inputs          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inputs (
    row          INTEGER PRIMARY KEY,
    content_hash TEXT NOT NULL UNIQUE,
    coding       TEXT NOT NULL,
    run          TEXT NOT NULL REFERENCES runs (key),
    status       TEXT NOT NULL CHECK (status IN ('read', 'unreadable')),
    reason       TEXT
) STRICT;

CREATE TABLE sightings (
    input INTEGER NOT NULL REFERENCES inputs (row) ON DELETE CASCADE,
    path  TEXT NOT NULL,
    PRIMARY KEY (input, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
    row            INTEGER PRIMARY KEY,
    key            TEXT NOT NULL UNIQUE,
    input          INTEGER NOT NULL REFERENCES inputs (row) ON DELETE CASCADE,
    position       INTEGER NOT NULL,
    file           TEXT NOT NULL,
    id             TEXT NOT NULL,
    start          INTEGER NOT NULL,
    "end"          INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    title          TEXT,
    outlet         TEXT,
    authors        TEXT NOT NULL,
    date           TEXT,
    language       TEXT,
    reprinted_from TEXT NOT NULL,
    url            TEXT,
    extracted      INTEGER NOT NULL CHECK (extracted IN (0, 1)),
    text           TEXT NOT NULL,
    section        TEXT,
    credits        TEXT NOT NULL DEFAULT '[]',
    segments       TEXT NOT NULL DEFAULT '[]',
    split_confidence REAL,
    layout         TEXT
) STRICT;
CREATE INDEX articles_by_input ON articles (input);
CREATE INDEX articles_by_id ON articles (id);
CREATE INDEX articles_by_outlet ON articles (outlet, date);

CREATE TABLE actors (
    row     INTEGER PRIMARY KEY,
    name    TEXT,
    code    TEXT,
    country TEXT
) STRICT;
CREATE UNIQUE INDEX actors_by_name ON actors (ifnull(name, ''), ifnull(code, ''));
CREATE INDEX actors_by_country ON actors (country);

CREATE TABLE mentions (
    article    INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    start      INTEGER NOT NULL,
    "end"      INTEGER NOT NULL,
    text       TEXT NOT NULL,
    actor      INTEGER REFERENCES actors (row),
    kind       TEXT NOT NULL,
    wikidata   TEXT,
    confidence REAL NOT NULL,
    why        TEXT NOT NULL,
    coded_as   INTEGER REFERENCES actors (row),
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_actor ON mentions (actor);

CREATE TABLE events (
    row     INTEGER PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    lead    INTEGER,
    type    TEXT NOT NULL,
    mode    TEXT,
    status  TEXT NOT NULL,
    date    TEXT,
    place   TEXT,
    day     TEXT NOT NULL,
    reports INTEGER NOT NULL,
    outlets INTEGER NOT NULL,
    independent INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_by_day ON events (day DESC, id);
CREATE INDEX events_by_type ON events (type, day DESC, id);

CREATE TABLE event_aliases (
    alias TEXT NOT NULL PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES events (row) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX event_aliases_by_event ON event_aliases (event);

CREATE TABLE reports (
    row        INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,
    article    INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    event      INTEGER NOT NULL REFERENCES events (row),
    position   INTEGER NOT NULL,
    start      INTEGER NOT NULL,
    "end"      INTEGER NOT NULL,
    evidence   TEXT NOT NULL,
    type       TEXT NOT NULL,
    mode       TEXT,
    cameo      TEXT,
    contexts   TEXT NOT NULL,
    status     TEXT NOT NULL,
    historical INTEGER NOT NULL CHECK (historical IN (0, 1)),
    date       TEXT,
    place      TEXT,
    claimant   TEXT,
    confidence REAL NOT NULL,
    why        TEXT NOT NULL,
    place_country   TEXT,
    place_precision TEXT,
    place_lat       REAL,
    place_lon       REAL,
    place_stated    TEXT,
    symmetric       INTEGER NOT NULL DEFAULT 0,
    date_from       TEXT,
    component       INTEGER,
    coded           TEXT
) STRICT;
CREATE INDEX reports_by_article ON reports (article, position);
CREATE INDEX reports_by_event ON reports (event);
CREATE INDEX reports_by_component ON reports (component);

CREATE TABLE parties (
    report   INTEGER NOT NULL REFERENCES reports (row) ON DELETE CASCADE,
    side     TEXT NOT NULL CHECK (side IN ('actor', 'recipient')),
    position INTEGER NOT NULL,
    text     TEXT NOT NULL,
    actor    INTEGER REFERENCES actors (row),
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    kind     TEXT,
    coded_as INTEGER REFERENCES actors (row),
    PRIMARY KEY (report, side, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX parties_by_actor ON parties (actor, report);

CREATE TABLE quotes (
    row          INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    article      INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    start        INTEGER NOT NULL,
    "end"        INTEGER NOT NULL,
    text         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    actor        INTEGER REFERENCES actors (row),
    speaker_text TEXT,
    cue          TEXT,
    via          TEXT NOT NULL,
    stance       TEXT,
    addressee    TEXT,
    chain        TEXT NOT NULL DEFAULT '[]',
    coded_as     INTEGER REFERENCES actors (row)
) STRICT;
CREATE INDEX quotes_by_article ON quotes (article, position);
CREATE INDEX quotes_by_actor ON quotes (actor);

CREATE TABLE notes (
    article  INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    code     TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE article_search USING fts5 (
    title, text, content = 'articles', content_rowid = 'row', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_added AFTER INSERT ON articles BEGIN
    INSERT INTO article_search (rowid, title, text) VALUES (new.row, new.title, new.text);
END;
CREATE TRIGGER articles_removed AFTER DELETE ON articles BEGIN
    INSERT INTO article_search (article_search, rowid, title, text) VALUES ('delete', old.row, old.title, old.text);
END;

CREATE VIRTUAL TABLE report_search USING fts5 (
    evidence, content = 'reports', content_rowid = 'row', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER reports_added AFTER INSERT ON reports BEGIN
    INSERT INTO report_search (rowid, evidence) VALUES (new.row, new.evidence);
END;
CREATE TRIGGER reports_removed AFTER DELETE ON reports BEGIN
    INSERT INTO report_search (report_search, rowid, evidence) VALUES ('delete', old.row, old.evidence);
END;
