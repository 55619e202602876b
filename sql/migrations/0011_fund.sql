-- Loan funds on paper: sources, periods, contracts, guarantees, repayments; visits, pairings and disasters.
-- Column order is that of the entity tables in src/fund/book.c and src/fieldwork/fieldwork.c.

CREATE TABLE fund_source (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    source      @INT NOT NULL,
    nature      @INT,
    received_on @INT NOT NULL,
    amount      @I64 NOT NULL,
    voucher_no  @TEXT,
    document    @TEXT,
    summary     @TEXT,
    entry_id    @I64,
    PRIMARY KEY (county, id)
) @COUNTY;
CREATE INDEX fund_source_fund ON fund_source (county, fund_id, received_on);

CREATE TABLE period (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    no          @I64 NOT NULL,
    starts_on   @INT,
    planned     @I64,
    term_months @I64,
    note        @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, fund_id, no)
) @COUNTY;

CREATE TABLE contract (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    fund_id      @I64 NOT NULL,
    programme    @TEXT NOT NULL,
    case_id      @I64,
    layer        @INT NOT NULL,
    number       @TEXT NOT NULL,
    period_no    @I64,
    upper_id     @I64,
    household_id @I64,
    borrower_id  @I64,
    village      @I64,
    project      @TEXT,
    amount       @I64 NOT NULL,
    rate         @TEXT,
    method       @INT,
    day_count    @INT,
    instalments  @I64,
    every_months @I64,
    signed_on    @INT,
    paid_out_on  @INT,
    due_on       @INT NOT NULL,
    ends_on      @INT NOT NULL,
    round        @I64,
    lender       @TEXT,
    note         @TEXT,
    history      @INT NOT NULL,
    void_on      @INT,
    void_reason  @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, number)
) @COUNTY;
CREATE INDEX contract_household ON contract (county, household_id) WHERE household_id IS NOT NULL;
CREATE INDEX contract_fund ON contract (county, fund_id, period_no);
CREATE INDEX contract_ends ON contract (county, ends_on);

CREATE TABLE guarantee (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    contract_id @I64 NOT NULL,
    kind        @INT NOT NULL,
    name        @TEXT,
    id_number   @BYTES,
    relation    @TEXT,
    person_id   @I64,
    signed_on   @INT,
    sealed_on   @INT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
CREATE INDEX guarantee_contract ON guarantee (county, contract_id);
CREATE INDEX guarantee_id_number ON guarantee (county, id_number) WHERE id_number IS NOT NULL;

CREATE TABLE repayment (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    contract_id @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    paid_on     @INT NOT NULL,
    amount      @I64 NOT NULL,
    principal   @I64 NOT NULL,
    interest    @I64 NOT NULL,
    receipt_no  @TEXT,
    payer_kind  @INT,
    payer       @TEXT,
    collector   @TEXT,
    entry_id    @I64 NOT NULL,
    reverses    @I64,
    recorded_on @INT NOT NULL,
    request_key @TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
CREATE INDEX repayment_contract ON repayment (county, contract_id, paid_on);
CREATE UNIQUE INDEX repayment_reverses ON repayment (county, reverses) WHERE reverses IS NOT NULL;
CREATE UNIQUE INDEX repayment_request ON repayment (county, request_key) WHERE request_key IS NOT NULL;

CREATE TABLE visit (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    household_id @I64 NOT NULL,
    contract_id  @I64,
    visited_on   @INT NOT NULL,
    visitor      @TEXT NOT NULL,
    kind         @INT,
    by_phone     @INT,
    earmarked    @INT,
    on_project   @INT,
    difficulties @TEXT,
    benefit      @TEXT,
    note         @TEXT,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, household_id) REFERENCES household (county, id)
) @COUNTY;
CREATE INDEX visit_household ON visit (county, household_id, visited_on);

CREATE TABLE pairing (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    household_id @I64 NOT NULL,
    kind         @INT,
    helper       @TEXT NOT NULL,
    unit_name    @TEXT,
    phone        @TEXT,
    since        @INT,
    until        @INT,
    end_reason   @TEXT,
    note         @TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, household_id) REFERENCES household (county, id)
) @COUNTY;
CREATE INDEX pairing_household ON pairing (county, household_id);

CREATE TABLE disaster_loss (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    household_id @I64 NOT NULL,
    event        @TEXT NOT NULL,
    kind         @INT,
    happened_on  @INT NOT NULL,
    document     @TEXT,
    project      @TEXT,
    item         @TEXT,
    quantity     @I64,
    destroyed    @I64,
    unit         @INT,
    loss         @I64,
    rooms        @I64,
    hurt         @I64,
    note         @TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, household_id) REFERENCES household (county, id)
) @COUNTY;
CREATE INDEX disaster_loss_household ON disaster_loss (county, household_id);
