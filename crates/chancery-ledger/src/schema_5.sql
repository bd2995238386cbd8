-- Since version 5: of a new ledger and of one that is brought to it. The indices hold all that the tally reads of a row.
CREATE INDEX articles_in_order ON articles (date DESC, file, position, key, outlet);
CREATE INDEX articles_reprinting ON articles (outlet, reprinted_from) WHERE reprinted_from <> '[]';
CREATE INDEX mentions_of_actors ON mentions (actor, article, start, "end");
DROP INDEX IF EXISTS mentions_by_actor;
CREATE INDEX reports_of_events ON reports (event, article, type);
DROP INDEX IF EXISTS reports_by_event;
CREATE INDEX reports_by_place ON reports (place, place_country, place_precision, place_lat, place_lon) WHERE place_lat IS NOT NULL;
CREATE INDEX quotes_of_articles ON quotes (article, position, actor, stance, start, "end");
DROP INDEX IF EXISTS quotes_by_article;
CREATE INDEX stories_in_order ON stories (last DESC, articles DESC, id);
DROP INDEX IF EXISTS stories_by_last;
CREATE VIRTUAL TABLE quote_search USING fts5 (
    text, content = 'quotes', content_rowid = 'row', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER quotes_added AFTER INSERT ON quotes BEGIN
    INSERT INTO quote_search (rowid, text) VALUES (new.row, new.text);
END;
CREATE TRIGGER quotes_removed AFTER DELETE ON quotes BEGIN
    INSERT INTO quote_search (quote_search, rowid, text) VALUES ('delete', old.row, old.text);
END;
INSERT INTO quote_search (quote_search) VALUES ('rebuild');
CREATE TABLE saved_queries (
    seq   INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    query TEXT,
    made  TEXT NOT NULL
) STRICT;
CREATE INDEX saved_queries_by_name ON saved_queries (name, seq);
CREATE TRIGGER saved_queries_stay_unchanged BEFORE UPDATE ON saved_queries BEGIN
    SELECT RAISE(ABORT, 'saved queries are only added, never changed');
END;
CREATE TRIGGER saved_queries_stay BEFORE DELETE ON saved_queries BEGIN
    SELECT RAISE(ABORT, 'saved queries are only added; add one without a query to let a name go');
END;
