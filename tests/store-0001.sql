-- A store of schema 0001 with one document, as SQLite's .dump writes it.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE document (
	id VARCHAR(16) NOT NULL, 
	workspace VARCHAR(32) NOT NULL, 
	title TEXT, 
	author TEXT, 
	publisher TEXT, 
	based_on TEXT, 
	url TEXT, 
	date DATE, 
	language VARCHAR(35), 
	file TEXT, 
	topics JSON NOT NULL, 
	content_hash VARCHAR(64) NOT NULL, 
	made_by VARCHAR(64) NOT NULL, 
	added_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	removed_at DATETIME, 
	revision BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "document" VALUES('4kxfqvxzruky','','Ferries',NULL,NULL,NULL,NULL,NULL,NULL,'ferries.md','[]','h','m','2026-03-02 09:00:00.000000','2026-03-02 09:00:00.000000',NULL,1);
CREATE TABLE excerpt (
	id VARCHAR(16) NOT NULL, 
	workspace VARCHAR(32) NOT NULL, 
	document_id VARCHAR(16) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	context TEXT, 
	section JSON NOT NULL, 
	paragraph INTEGER NOT NULL, 
	topics JSON NOT NULL, 
	text_hash VARCHAR(64) NOT NULL, 
	edited BOOLEAN NOT NULL, 
	added_at DATETIME NOT NULL, 
	revision BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(document_id) REFERENCES document (id)
);
INSERT INTO "excerpt" VALUES('2nvttfahkeqb','','4kxfqvxzruky',0,'The north route runs daily.',NULL,'["Routes"]',1,'["energy"]','0d61493b76648164ddd687f11132fdffc84c77d9c56118e70a29f2f16f1a5eab',0,'2026-03-02 09:00:00.000000',1);
CREATE TABLE library (
	id SMALLINT NOT NULL, 
	store_id VARCHAR(32) NOT NULL, 
	revision BIGINT NOT NULL, 
	topics_mark VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "library" VALUES(1,'2c4a8967b90d49a68aa90f61e2e119ed',1,'');
CREATE TABLE source (
	workspace VARCHAR(32) NOT NULL, 
	"key" TEXT NOT NULL, 
	document_id VARCHAR(16) NOT NULL, 
	file TEXT, 
	PRIMARY KEY (workspace, "key"), 
	FOREIGN KEY(document_id) REFERENCES document (id)
);
INSERT INTO "source" VALUES('','file:///ferries.md','4kxfqvxzruky','ferries.md');
CREATE TABLE tombstone (
	excerpt_id VARCHAR(16) NOT NULL, 
	workspace VARCHAR(32) NOT NULL, 
	document_id VARCHAR(16) NOT NULL, 
	removed_at DATETIME NOT NULL, 
	revision BIGINT NOT NULL, 
	PRIMARY KEY (excerpt_id), 
	FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX document_by_content ON document (workspace, content_hash);
CREATE INDEX document_by_revision ON document (revision);
CREATE INDEX source_by_document ON source (document_id);
CREATE INDEX excerpt_by_document ON excerpt (document_id, ordinal);
CREATE INDEX excerpt_by_text ON excerpt (workspace, text_hash);
CREATE INDEX excerpt_by_revision ON excerpt (revision);
COMMIT;
