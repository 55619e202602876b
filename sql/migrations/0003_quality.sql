-- Pairs that somebody looked at and knows to be two persons: they are not asked about again.
-- The row stands in the county of person_a, the lower id; person_b may live in another county, and either may
-- move, so neither is a foreign key: ids are unique over the whole installation.
CREATE TABLE not_duplicate (
    county     @INT NOT NULL,
    person_a   @I64 NOT NULL,
    person_b   @I64 NOT NULL,
    decided_by @TEXT NOT NULL,
    decided_at @I64 NOT NULL,
    reason     @TEXT,
    PRIMARY KEY (county, person_a, person_b)
) @COUNTY;
