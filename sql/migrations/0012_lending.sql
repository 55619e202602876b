-- Lending: terms and papers of contracts, changes of them, pay-outs and overpayments.
-- Column order is that of the entity tables in src/fund/lending_tables.c.

CREATE TABLE contract_terms (
    county       @INT NOT NULL,
    contract_id  @I64 NOT NULL,
    version      @I64 NOT NULL,
    revision     @I64 NOT NULL,
    term_months  @I64,
    text_version @I64,
    drafted_on   @INT NOT NULL,
    drafted_by   @TEXT NOT NULL,
    PRIMARY KEY (county, contract_id),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;

CREATE TABLE contract_signature (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    contract_id  @I64 NOT NULL,
    paper        @TEXT NOT NULL,
    party        @TEXT NOT NULL,
    revision     @I64 NOT NULL,
    signer       @TEXT,
    signed_on    @INT,
    sealed_on    @INT,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, contract_id, paper, party, revision),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;

CREATE TABLE iou (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    contract_id  @I64 NOT NULL,
    number       @TEXT NOT NULL,
    revision     @I64 NOT NULL,
    amount       @I64 NOT NULL,
    signed_on    @INT NOT NULL,
    signer       @TEXT NOT NULL,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, contract_id, revision),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;

CREATE TABLE contract_change (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    contract_id  @I64 NOT NULL,
    no           @I64 NOT NULL,
    old_project  @TEXT,
    old_amount   @I64 NOT NULL,
    project      @TEXT,
    amount       @I64,
    reason       @TEXT NOT NULL,
    document     @TEXT,
    asked_on     @INT NOT NULL,
    asked_by     @TEXT NOT NULL,
    state        @INT NOT NULL,
    decided_on   @INT,
    decided_by   @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, contract_id, no),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;

CREATE TABLE payout (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    no           @I64 NOT NULL,
    fund_id      @I64 NOT NULL,
    kind         @INT NOT NULL,
    period_no    @I64,
    township     @I64,
    held_on      @INT NOT NULL,
    place        @TEXT,
    attendees    @TEXT,
    lender       @TEXT,
    amount       @I64 NOT NULL,
    purpose      @TEXT NOT NULL,
    document     @TEXT,
    voucher_id   @I64,
    state        @INT NOT NULL,
    made_on      @INT NOT NULL,
    made_by      @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;
CREATE INDEX payout_fund ON payout (county, fund_id, period_no);

CREATE TABLE payout_line (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    payout_id    @I64 NOT NULL,
    no           @I64 NOT NULL,
    contract_id  @I64 NOT NULL,
    payee_id     @I64 NOT NULL,
    payee        @TEXT NOT NULL,
    account      @BYTES,
    amount       @I64 NOT NULL,
    state        @INT NOT NULL,
    paid_on      @INT,
    voucher_id   @I64,
    receipt      @INT,
    reason       @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, payout_id, no),
    FOREIGN KEY (county, payout_id) REFERENCES payout (county, id),
    FOREIGN KEY (county, contract_id) REFERENCES contract (county, id)
) @COUNTY;
-- A contract waits for its money, or has it, once.
CREATE UNIQUE INDEX payout_line_once ON payout_line (county, contract_id) WHERE state < 3;

CREATE TABLE overpayment (
    county         @INT NOT NULL,
    id             @I64 NOT NULL,
    repayment_id   @I64 NOT NULL,
    contract_id    @I64 NOT NULL,
    amount         @I64 NOT NULL,
    given_back_on  @INT,
    voucher_id     @I64,
    PRIMARY KEY (county, id),
    UNIQUE (county, repayment_id),
    FOREIGN KEY (county, repayment_id) REFERENCES repayment (county, id)
) @COUNTY;

-- Texts of the papers, each in numbered versions that are never changed.
CREATE TABLE contract_text (
    paper        @TEXT NOT NULL,
    version      @I64 NOT NULL,
    title        @TEXT NOT NULL,
    body         @TEXT NOT NULL,
    loaded_on    @INT NOT NULL,
    loaded_by    @TEXT NOT NULL,
    PRIMARY KEY (paper, version)
) @REFERENCE;
