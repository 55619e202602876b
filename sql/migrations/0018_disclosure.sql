-- Which funds show their sums to everybody.  Column order is that of the entity table in src/fund/disclosure.c.

CREATE TABLE fund_disclosure (
    county       @INT NOT NULL,
    fund_id      @I64 NOT NULL,
    disclosed_on @INT NOT NULL,
    disclosed_by @TEXT NOT NULL,
    PRIMARY KEY (county, fund_id),
    FOREIGN KEY (county, fund_id) REFERENCES fund (county, id)
) @COUNTY;
