-- Since version 4: of a new ledger and of one that is brought to it.
CREATE TABLE unjoined (
    article INTEGER NOT NULL PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE
) STRICT;
CREATE TABLE report_blocks (
    block   INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    PRIMARY KEY (block, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_blocks_by_article ON report_blocks (article);
CREATE TABLE copies (
    article  INTEGER NOT NULL PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    original INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    relation TEXT NOT NULL,
    share    REAL NOT NULL,
    kept     REAL NOT NULL,
    why      TEXT NOT NULL
) STRICT;
CREATE INDEX copies_by_original ON copies (original);
CREATE TABLE copy_keys (
    key     INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_keys_by_article ON copy_keys (article);
CREATE TABLE stories (
    row      INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    label    TEXT NOT NULL,
    first    TEXT,
    last     TEXT,
    articles INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    outlets  INTEGER NOT NULL
) STRICT;
CREATE INDEX stories_by_last ON stories (last DESC, id);
CREATE TABLE story_articles (
    article INTEGER NOT NULL PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    story   INTEGER NOT NULL REFERENCES stories (row) ON DELETE CASCADE
) STRICT;
CREATE INDEX story_articles_by_story ON story_articles (story);
CREATE TABLE corrections (
    seq      INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    action   TEXT NOT NULL CHECK (action IN ('retract', 'set', 'join', 'split', 'merge', 'undo')),
    target   TEXT NOT NULL,
    field    TEXT,
    was      TEXT,
    value    TEXT,
    who      TEXT NOT NULL,
    why      TEXT NOT NULL,
    made     TEXT NOT NULL
) STRICT;
CREATE TRIGGER corrections_stay_unchanged BEFORE UPDATE ON corrections BEGIN
    SELECT RAISE(ABORT, 'corrections are only added, never changed');
END;
CREATE TRIGGER corrections_stay BEFORE DELETE ON corrections BEGIN
    SELECT RAISE(ABORT, 'corrections are only added, never taken out; undo one instead');
END;
CREATE TABLE correction_states (
    correction INTEGER NOT NULL PRIMARY KEY REFERENCES corrections (seq),
    state      TEXT NOT NULL CHECK (state IN ('applied', 'undone', 'conflict')),
    detail     TEXT
) STRICT;
