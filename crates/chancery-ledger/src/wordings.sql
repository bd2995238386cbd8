-- Since version 3: of a new ledger and of one that is brought to it.
CREATE TABLE wordings (
    article  INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    lemma    TEXT NOT NULL,
    part     TEXT NOT NULL,
    relation TEXT NOT NULL,
    actor    INTEGER REFERENCES actors (row),
    report   INTEGER REFERENCES reports (row) ON DELETE CASCADE,
    outlet   TEXT,
    quoted   INTEGER NOT NULL CHECK (quoted IN (0, 1)),
    speaker  INTEGER REFERENCES actors (row),
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX wordings_by_actor ON wordings (actor);
CREATE INDEX wordings_by_report ON wordings (report);
