-- What offices set a programme's parameters to, from a day on: a row is never changed, the latest of a place and
-- day counts. A screening remembers how far they went, so that it can be made again.
-- Column order is that of the entity tables in src/programme/parameter.c and screening.c.

CREATE TABLE parameter_setting (
    no          @I64 NOT NULL PRIMARY KEY,
    programme   @TEXT NOT NULL,
    parameter   @TEXT NOT NULL,
    region      @I64,
    valid_from  @INT NOT NULL,
    value       @TEXT,
    basis       @TEXT NOT NULL,
    set_on      @INT NOT NULL,
    set_by      @TEXT NOT NULL
) @REFERENCE;
CREATE INDEX parameter_setting_programme ON parameter_setting (programme, no);
ALTER TABLE screening ADD COLUMN settings @I64;

-- The tree of regions is counted from the index alone.
DROP INDEX household_village;
CREATE INDEX household_village ON household (county, village, id, state);
