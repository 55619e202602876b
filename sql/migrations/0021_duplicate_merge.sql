-- Two records of one household or one person made one, and what has to be known to take that back.
-- Column order is that of the entity tables in src/registry/duplicate_merge.c.

CREATE TABLE duplicate_merge (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    no          @I64 NOT NULL,
    kind        @INT NOT NULL,
    keep_id     @I64 NOT NULL,
    drop_id     @I64 NOT NULL,
    keep_label  @TEXT NOT NULL,
    drop_label  @TEXT NOT NULL,
    village     @I64 NOT NULL,
    reason      @TEXT NOT NULL,
    document    @TEXT,
    merged_on   @INT NOT NULL,
    merged_by   @TEXT NOT NULL,
    undone_on   @INT,
    undone_by   @TEXT,
    undo_reason @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;
CREATE INDEX duplicate_merge_village ON duplicate_merge (county, village);
CREATE INDEX duplicate_merge_drop ON duplicate_merge (county, drop_label);

-- In the order in which it was done.  A row taken away stands whole in before; sealed values as they are sealed.
CREATE TABLE duplicate_merge_change (
    county     @INT NOT NULL,
    merge_id   @I64 NOT NULL,
    no         @I64 NOT NULL,
    table_name @TEXT NOT NULL,
    row_key    @TEXT NOT NULL,
    what       @INT NOT NULL,
    field      @TEXT,
    before     @TEXT,
    after      @TEXT,
    PRIMARY KEY (county, merge_id, no),
    FOREIGN KEY (county, merge_id) REFERENCES duplicate_merge (county, id)
) @COUNTY;
