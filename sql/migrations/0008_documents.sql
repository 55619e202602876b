-- The calendar of working days, attached documents, and public notices.
-- Column order is that of the entity tables in src/casework (calendar.c, document.c, notice.c, objection.c).

-- Days that are off (1) or worked (2) against the weekday, as the State Council publishes them year by year.
CREATE TABLE holiday (
    day   @INT NOT NULL PRIMARY KEY,
    kind  @I64 NOT NULL,
    name  @TEXT NOT NULL
) @REFERENCE;

-- What is attached, once for each county however often it is attached; mac addresses it.
CREATE TABLE document_content (
    county  @INT NOT NULL,
    id      @I64 NOT NULL,
    mac     @BYTES NOT NULL,
    format  @INT NOT NULL,
    size    @I64 NOT NULL,
    pieces  @I64 NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, mac)
) @COUNTY;

CREATE TABLE document_piece (
    county      @INT NOT NULL,
    document_content_id  @I64 NOT NULL,
    no          @I64 NOT NULL,
    data        @BYTES NOT NULL,
    PRIMARY KEY (county, document_content_id, no),
    FOREIGN KEY (county, document_content_id) REFERENCES document_content (county, id)
) @COUNTY;

-- owner names a table (household, person, notice, case …); nothing refers to it by key, because it may go away.
CREATE TABLE document (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    no          @I64 NOT NULL,
    document_content_id  @I64 NOT NULL,
    kind        @INT NOT NULL,
    owner       @TEXT NOT NULL,
    owner_id    @I64 NOT NULL,
    region      @I64 NOT NULL,
    title       @TEXT NOT NULL,
    format      @INT NOT NULL,
    size        @I64 NOT NULL,
    pages       @I64,
    added_on    @INT NOT NULL,
    added_by    @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, no),
    FOREIGN KEY (county, document_content_id) REFERENCES document_content (county, id)
) @COUNTY;
CREATE INDEX document_owner ON document (county, owner, owner_id);

-- mac stands over the notice as printed, with all its rows.
CREATE TABLE notice (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    no           @I64 NOT NULL,
    kind         @INT NOT NULL,
    level        @INT NOT NULL,
    region       @I64 NOT NULL,
    title        @TEXT NOT NULL,
    document_no  @TEXT,
    programme    @TEXT,
    basis        @TEXT,
    columns      @TEXT NOT NULL,
    days         @I64 NOT NULL,
    day_unit     @INT NOT NULL,
    starts_on    @INT NOT NULL,
    ends_on      @INT NOT NULL,
    hotline      @TEXT NOT NULL,
    address      @TEXT,
    email        @TEXT,
    unit         @TEXT NOT NULL,
    rows_n       @I64 NOT NULL,
    state        @INT NOT NULL,
    prepared_on  @INT NOT NULL,
    prepared_by  @TEXT NOT NULL,
    posted_on    @INT,
    ended_on     @INT,
    ended_by     @TEXT,
    void_reason  @TEXT,
    mac          @BYTES NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;

-- What may be published of a case, and nothing else: there is no column for a number, a phone or an illness.
CREATE TABLE notice_row (
    county          @INT NOT NULL,
    notice_id       @I64 NOT NULL,
    no              @I64 NOT NULL,
    case_id         @I64,
    applicant_name  @TEXT NOT NULL,
    head_name       @TEXT,
    township        @TEXT,
    village         @TEXT,
    village_group   @TEXT,
    programme       @TEXT,
    project         @TEXT,
    school          @TEXT,
    grade           @TEXT,
    category        @TEXT,
    members         @I64,
    standard        @I64,
    amount          @I64,
    PRIMARY KEY (county, notice_id, no),
    FOREIGN KEY (county, notice_id) REFERENCES notice (county, id)
) @COUNTY;
CREATE INDEX notice_row_case ON notice_row (county, case_id) WHERE case_id IS NOT NULL;

CREATE TABLE notice_channel (
    county            @INT NOT NULL,
    notice_id         @I64 NOT NULL,
    no                @I64 NOT NULL,
    channel           @INT NOT NULL,
    place             @TEXT,
    posted_on         @INT,
    posted_by         @TEXT,
    posted_document   @I64,
    removed_on        @INT,
    removed_by        @TEXT,
    removed_document  @I64,
    PRIMARY KEY (county, notice_id, no),
    FOREIGN KEY (county, notice_id) REFERENCES notice (county, id)
) @COUNTY;

CREATE TABLE objection (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    no           @I64 NOT NULL,
    notice_id    @I64 NOT NULL,
    row_no       @I64 NOT NULL,
    anonymous    @INT NOT NULL,
    objector     @TEXT,
    content      @TEXT NOT NULL,
    made_on      @INT NOT NULL,
    received_on  @INT NOT NULL,
    received_by  @TEXT NOT NULL,
    state        @INT NOT NULL,
    handled_on   @INT,
    handled_by   @TEXT,
    reason       @TEXT,
    result       @INT,
    replied_on   @INT,
    PRIMARY KEY (county, id),
    UNIQUE (county, no),
    FOREIGN KEY (county, notice_id, row_no) REFERENCES notice_row (county, notice_id, no)
) @COUNTY;
CREATE INDEX objection_row ON objection (county, notice_id, row_no);
