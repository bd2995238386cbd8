-- Since version 6: what is compared of an article, apart from the articles and reports, whose rows are long.
CREATE TABLE sketches (
    article INTEGER NOT NULL PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    sampled INTEGER NOT NULL,
    sketch  BLOB NOT NULL
) STRICT;
CREATE TABLE report_groups (
    article INTEGER NOT NULL PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    groups  BLOB NOT NULL
) STRICT;
DROP INDEX reports_by_article;
CREATE INDEX reports_by_article ON reports (article, position, event, component);
