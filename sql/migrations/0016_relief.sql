-- What becomes of a loan beside repayment: extension, deferral, write-off, recovery, recall, with versions of its
-- schedule; disasters, released guarantors, effect surveys, what the money was found to be used for.
-- Column order is that of the entity tables in src/fund/relief_tables.c and src/fieldwork/fieldwork.c.

CREATE TABLE loan_relief (
    county          @INT NOT NULL,
    id              @I64 NOT NULL,
    no              @I64 NOT NULL,
    fund_id         @I64 NOT NULL,
    contract_id     @I64 NOT NULL,
    kind            @INT NOT NULL,
    months          @I64,
    counts_from     @INT,
    amount          @I64,
    to_special      @INT,
    payer           @TEXT,
    receipt         @TEXT,
    subsidy         @INT,
    reason          @TEXT NOT NULL,
    document        @TEXT,
    disaster_id     @I64,
    proposed_on     @INT NOT NULL,
    proposed_by     @TEXT NOT NULL,
    state           @INT NOT NULL,
    decided_on      @INT,
    decided_by      @TEXT,
    owed            @I64,
    days_late       @I64,
    old_ends_on     @INT,
    new_ends_on     @INT,
    moved_from      @INT,
    moved_to        @INT,
    version         @I64,
    voucher_id      @I64,
    undone_on       @INT,
    undone_by       @TEXT,
    undo_reason     @TEXT,
    undo_document   @TEXT,
    undo_voucher_id @I64,
    PRIMARY KEY (county, id),
    UNIQUE (county, no),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
CREATE INDEX loan_relief_contract ON loan_relief (county, contract_id);
CREATE INDEX loan_relief_disaster ON loan_relief (county, disaster_id) WHERE disaster_id IS NOT NULL;
-- A loan waits for one decision at a time.
CREATE UNIQUE INDEX loan_relief_open ON loan_relief (county, contract_id) WHERE state = 1;

CREATE TABLE loan_schedule (
    county      @INT NOT NULL,
    contract_id @I64 NOT NULL,
    version     @I64 NOT NULL,
    no          @I64 NOT NULL,
    since       @INT NOT NULL,
    relief_id   @I64,
    due_on      @INT NOT NULL,
    original_on @INT NOT NULL,
    principal   @I64 NOT NULL,
    PRIMARY KEY (county, contract_id, version, no),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
APPEND ONLY loan_schedule;

CREATE TABLE disaster (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    no          @I64 NOT NULL,
    event       @TEXT NOT NULL,
    kind        @INT,
    happened_on @INT NOT NULL,
    region      @I64 NOT NULL,
    document    @TEXT,
    note        @TEXT,
    state       @INT NOT NULL,
    recorded_on @INT NOT NULL,
    recorded_by @TEXT NOT NULL,
    decided_on  @INT,
    decided_by  @TEXT,
    approval    @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, no),
    UNIQUE (county, event, happened_on)
) @COUNTY;
CREATE INDEX disaster_loss_event ON disaster_loss (county, event, happened_on);

CREATE TABLE guarantee_release (
    county       @INT NOT NULL,
    guarantee_id @I64 NOT NULL,
    contract_id  @I64 NOT NULL,
    released_on  @INT NOT NULL,
    document     @TEXT,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, guarantee_id),
    FOREIGN KEY (county, guarantee_id) REFERENCES guarantee (county, id)
) @COUNTY;

CREATE TABLE effect_survey (
    county         @INT NOT NULL,
    id             @I64 NOT NULL,
    contract_id    @I64 NOT NULL,
    household_id   @I64 NOT NULL,
    surveyed_on    @INT NOT NULL,
    income_before  @I64,
    income_after   @I64,
    out_of_poverty @INT,
    assessor       @TEXT NOT NULL,
    note           @TEXT,
    recorded_on    @INT NOT NULL,
    recorded_by    @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, contract_id, surveyed_on),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;

CREATE TABLE money_use (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    contract_id  @I64 NOT NULL,
    household_id @I64 NOT NULL,
    found_on     @INT NOT NULL,
    planned      @TEXT,
    found        @TEXT NOT NULL,
    amount       @I64,
    misused      @INT NOT NULL,
    finder       @TEXT NOT NULL,
    relief_id    @I64,
    note         @TEXT,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
CREATE INDEX money_use_contract ON money_use (county, contract_id);
