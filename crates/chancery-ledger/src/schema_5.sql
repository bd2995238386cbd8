-- Since version 5: of a new ledger and of one that is brought to it. The indices hold all that the tally reads of a row.
CREATE INDEX articles_in_order ON articles (date DESC, file, position, key, outlet);
CREATE INDEX mentions_of_actors ON mentions (actor, article, start, "end");
DROP INDEX IF EXISTS mentions_by_actor;
CREATE INDEX reports_of_events ON reports (event, article, type);
DROP INDEX IF EXISTS reports_by_event;
CREATE INDEX reports_by_place ON reports (place, place_country, place_precision, place_lat, place_lon) WHERE place_lat IS NOT NULL;
CREATE INDEX quotes_of_articles ON quotes (article, position, actor, stance, start, "end");
DROP INDEX IF EXISTS quotes_by_article;
CREATE INDEX stories_in_order ON stories (last DESC, articles DESC, id);
DROP INDEX IF EXISTS stories_by_last;
