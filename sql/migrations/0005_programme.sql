-- Versions of programmes.  Column order is that of the entity table in src/programme/version.c.
-- Rows are never changed or removed: a case names the version by which it was decided.
CREATE TABLE programme_version (
    programme  @TEXT NOT NULL,
    version    @I64 NOT NULL,
    zh         @TEXT NOT NULL,
    en         @TEXT,
    aliases    @TEXT,
    kind       @TEXT NOT NULL,
    source     @TEXT,
    file       @TEXT NOT NULL,
    hash       @TEXT NOT NULL,
    loaded_at  @I64 NOT NULL,
    loaded_by  @TEXT NOT NULL,
    valid_from @INT,
    valid_to   @INT,
    PRIMARY KEY (programme, version)
) @REFERENCE;
