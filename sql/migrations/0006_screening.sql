-- Screenings that were made: by which version, of where, with what, and what came out; made again on demand.
-- Column order is that of the entity table in src/programme/screening.c.

CREATE TABLE screening (
    no          @I64 NOT NULL PRIMARY KEY,
    programme   @TEXT NOT NULL,
    version     @I64 NOT NULL,
    region      @I64,
    as_of       @INT NOT NULL,
    parameters  @TEXT,
    households  @I64 NOT NULL,
    eligible    @I64 NOT NULL,
    ineligible  @I64 NOT NULL,
    unknown     @I64 NOT NULL,
    counts      @TEXT NOT NULL,
    made_on     @INT NOT NULL,
    made_by     @TEXT NOT NULL
) @REFERENCE;
