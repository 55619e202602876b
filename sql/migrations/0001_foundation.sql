-- What everything else stands on: migrations, ids, the site, people who work here, codes, audit.

CREATE TABLE migration (
    number      @I64 NOT NULL PRIMARY KEY,
    name        @TEXT NOT NULL,
    hash        @TEXT NOT NULL,
    layout      @TEXT NOT NULL,
    applied_at  @I64 NOT NULL,
    mac         @BYTES NOT NULL
) @LOCAL;

CREATE TABLE id_block (
    name  @TEXT NOT NULL PRIMARY KEY,
    next  @I64 NOT NULL,
    mac   @BYTES NOT NULL
) @LOCAL;

CREATE TABLE site (
    name   @TEXT NOT NULL PRIMARY KEY,
    value  @TEXT NOT NULL
) @REFERENCE;

CREATE TABLE app_user (
    id          @I64 NOT NULL PRIMARY KEY,
    login       @TEXT NOT NULL UNIQUE,
    name        @TEXT NOT NULL,
    unit        @TEXT,
    active      @INT NOT NULL,
    created_at  @I64 NOT NULL
) @REFERENCE;

CREATE TABLE role (
    code         @TEXT NOT NULL PRIMARY KEY,
    zh           @TEXT NOT NULL,
    en           @TEXT NOT NULL,
    permissions  @TEXT NOT NULL
) @REFERENCE;

-- What a user may do where: a role for a region and all below it; without a region, everywhere.
CREATE TABLE appointment (
    id       @I64 NOT NULL PRIMARY KEY,
    user_id  @I64 NOT NULL REFERENCES app_user (id),
    role     @TEXT NOT NULL REFERENCES role (code),
    region   @I64,
    UNIQUE (user_id, role, region)
) @REFERENCE;

-- One person, one number, over all counties: keyed by the look-up key of the sealed number.
CREATE TABLE national_id (
    id_key     @BYTES NOT NULL PRIMARY KEY,
    county     @INT NOT NULL,
    person_id  @I64 NOT NULL
) @NATIONAL(id_key);

CREATE TABLE counter (
    county  @INT NOT NULL,
    name    @TEXT NOT NULL,
    next    @I64 NOT NULL,
    PRIMARY KEY (county, name)
) @COUNTY;

CREATE TABLE audit (
    county   @INT NOT NULL,
    seq      @I64 NOT NULL,
    at       @I64 NOT NULL,
    user_id  @I64 NOT NULL,
    login    @TEXT NOT NULL,
    source   @TEXT NOT NULL,
    action   @TEXT NOT NULL,
    object   @TEXT,
    detail   @TEXT,
    touched  @TEXT,
    mac      @BYTES NOT NULL,
    PRIMARY KEY (county, seq)
) @COUNTY;

CREATE TABLE audit_head (
    county  @INT NOT NULL,
    seq     @I64 NOT NULL,
    mac     @BYTES NOT NULL,
    PRIMARY KEY (county)
) @COUNTY;

-- Field by field what changed: before and after as stored, sealed values sealed.
CREATE TABLE field_change (
    county      @INT NOT NULL,
    seq         @I64 NOT NULL,
    no          @I64 NOT NULL,
    table_name  @TEXT NOT NULL,
    row_id      @I64 NOT NULL,
    field       @TEXT NOT NULL,
    before      @TEXT,
    after       @TEXT,
    PRIMARY KEY (county, seq, no)
) @COUNTY;
CREATE INDEX field_change_row ON field_change (county, table_name, row_id);
