-- Since version 6: apart from the articles, whose rows are long.
CREATE TABLE sketches (
    article INTEGER NOT NULL PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    sampled INTEGER NOT NULL,
    sketch  BLOB NOT NULL
) STRICT;
