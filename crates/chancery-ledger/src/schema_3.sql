-- What version 3 has more than version 2.
ALTER TABLE articles ADD COLUMN section TEXT;
ALTER TABLE articles ADD COLUMN credits TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN split_confidence REAL;
ALTER TABLE quotes ADD COLUMN stance TEXT;
ALTER TABLE quotes ADD COLUMN addressee TEXT;
ALTER TABLE quotes ADD COLUMN chain TEXT NOT NULL DEFAULT '[]';

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
