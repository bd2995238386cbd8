-- An older ledger that may not be written, as if it were of version 3.
CREATE TEMP VIEW articles AS
    SELECT *, NULL AS section, '[]' AS credits, '[]' AS segments, NULL AS split_confidence FROM main.articles;
CREATE TEMP VIEW quotes AS
    SELECT *, NULL AS stance, NULL AS addressee, '[]' AS chain FROM main.quotes;
CREATE TEMP VIEW wordings AS
    SELECT 0 AS article, 0 AS position, 0 AS start, 0 AS "end", '' AS lemma, '' AS part, '' AS relation, NULL AS actor,
        NULL AS report, NULL AS outlet, 0 AS quoted, NULL AS speaker WHERE 0;
