-- The columns that version 3 has more than version 2; its table is in wordings.sql.
ALTER TABLE articles ADD COLUMN section TEXT;
ALTER TABLE articles ADD COLUMN credits TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN split_confidence REAL;
ALTER TABLE quotes ADD COLUMN stance TEXT;
ALTER TABLE quotes ADD COLUMN addressee TEXT;
ALTER TABLE quotes ADD COLUMN chain TEXT NOT NULL DEFAULT '[]';
