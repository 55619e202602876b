-- Notices of what falls due that were printed: what is left to print is the rest.
-- Column order is that of the entity table in src/fund/collection_tables.c.

CREATE TABLE due_notice_print (
    county     @INT NOT NULL,
    notice_id  @I64 NOT NULL,
    printed_on @INT NOT NULL,
    printed_by @TEXT NOT NULL,
    PRIMARY KEY (county, notice_id),
    FOREIGN KEY (county, notice_id) REFERENCES due_notice (county, id)
) @COUNTY;
