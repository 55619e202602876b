-- Getting loans back: notices, collection log, remittances, what became of overpaid money; and what day closes found.
-- Column order is that of the entity tables in src/fund/collection_tables.c.

CREATE TABLE due_notice (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    number      @TEXT NOT NULL,
    programme   @TEXT NOT NULL,
    reminder    @I64 NOT NULL,
    form        @INT NOT NULL,
    after_id    @I64,
    sender      @TEXT NOT NULL,
    addressee   @TEXT NOT NULL,
    region      @I64 NOT NULL,
    contract_id @I64,
    name        @TEXT,
    issued_on   @INT NOT NULL,
    issued_by   @TEXT NOT NULL,
    due_on      @INT NOT NULL,
    amount      @I64 NOT NULL,
    loans       @I64 NOT NULL,
    received_on @INT,
    PRIMARY KEY (county, id),
    UNIQUE (county, number)
) @COUNTY;
CREATE INDEX due_notice_fund ON due_notice (county, fund_id, reminder, issued_on);

-- One due instalment stands on one notice of each kind.
CREATE TABLE due_notice_row (
    county      @INT NOT NULL,
    notice_id   @I64 NOT NULL,
    no          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    reminder    @I64 NOT NULL,
    contract_id @I64 NOT NULL,
    due_on      @INT NOT NULL,
    amount      @I64 NOT NULL,
    interest    @I64 NOT NULL,
    PRIMARY KEY (county, notice_id, no),
    UNIQUE (county, contract_id, due_on, reminder),
    FOREIGN KEY (county, notice_id) REFERENCES due_notice (county, id)
) @COUNTY;
CREATE INDEX due_notice_row_due ON due_notice_row (county, fund_id, reminder, due_on);

CREATE TABLE due_notice_delivery (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    notice_id    @I64 NOT NULL,
    party        @TEXT NOT NULL,
    received_by  @TEXT NOT NULL,
    delivered_on @INT NOT NULL,
    way          @INT NOT NULL,
    deliverer    @TEXT,
    note         @TEXT,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, notice_id, party, received_by),
    FOREIGN KEY (county, notice_id) REFERENCES due_notice (county, id)
) @COUNTY;

CREATE TABLE collection_log (
    county         @INT NOT NULL,
    id             @I64 NOT NULL,
    fund_id        @I64 NOT NULL,
    contract_id    @I64 NOT NULL,
    done_on        @INT NOT NULL,
    way            @INT NOT NULL,
    visitor        @TEXT NOT NULL,
    township       @TEXT,
    village        @TEXT,
    office         @TEXT,
    guarantor      @TEXT,
    met            @TEXT,
    promised_on    @INT,
    promised       @I64,
    paid_that_day  @I64 NOT NULL,
    note           @TEXT,
    recorded_on    @INT NOT NULL,
    recorded_by    @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
CREATE INDEX collection_log_contract ON collection_log (county, contract_id, done_on);
CREATE INDEX collection_log_promise ON collection_log (county, fund_id, promised_on) WHERE promised_on IS NOT NULL;

CREATE TABLE remittance (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    no          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    township    @I64 NOT NULL,
    collector   @TEXT,
    amount      @I64 NOT NULL,
    remitted_on @INT NOT NULL,
    document    @TEXT,
    voucher_id  @I64 NOT NULL,
    recorded_on @INT NOT NULL,
    recorded_by @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;
CREATE INDEX remittance_fund ON remittance (county, fund_id, township);

-- Given back, or kept for what falls due next: somebody decides, and the decision stays.
ALTER TABLE overpayment ADD COLUMN decision @INT;
ALTER TABLE overpayment ADD COLUMN decided_on @INT;
ALTER TABLE overpayment ADD COLUMN decided_by @TEXT;
ALTER TABLE overpayment ADD COLUMN reason @TEXT;
ALTER TABLE overpayment ADD COLUMN used_id @I64;

-- What the close of a day found; recomputed from the journal at will, never the truth.
CREATE TABLE day_close (
    county       @INT NOT NULL,
    fund_id      @I64 NOT NULL,
    day          @INT NOT NULL,
    loans        @I64 NOT NULL,
    outstanding  @I64 NOT NULL,
    due_today    @I64 NOT NULL,
    overdue      @I64 NOT NULL,
    overdue_loans @I64 NOT NULL,
    par30        @I64 NOT NULL,
    par60        @I64 NOT NULL,
    par90        @I64 NOT NULL,
    accrued      @I64 NOT NULL,
    interest_due @I64 NOT NULL,
    reminders    @I64 NOT NULL,
    broken       @I64 NOT NULL,
    PRIMARY KEY (county, fund_id, day)
) @COUNTY;

CREATE TABLE day_class (
    county   @INT NOT NULL,
    fund_id  @I64 NOT NULL,
    day      @INT NOT NULL,
    township @I64 NOT NULL,
    from_day @I64 NOT NULL,
    loans    @I64 NOT NULL,
    amount   @I64 NOT NULL,
    overdue  @I64 NOT NULL,
    PRIMARY KEY (county, fund_id, day, township, from_day)
) @COUNTY;

CREATE TABLE day_item (
    county      @INT NOT NULL,
    fund_id     @I64 NOT NULL,
    day         @INT NOT NULL,
    kind        @INT NOT NULL,
    contract_id @I64 NOT NULL,
    due_on      @INT NOT NULL,
    amount      @I64 NOT NULL,
    PRIMARY KEY (county, fund_id, day, kind, contract_id, due_on)
) @COUNTY;
