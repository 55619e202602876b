-- The ledger: funds, their accounts, vouchers and their lines, drafts, closed days, kept balances.
-- Column order is that of the entity tables in src/ledger/tables.c.

CREATE TABLE fund (
    county        @INT NOT NULL,
    id            @I64 NOT NULL,
    code          @TEXT NOT NULL,
    name          @TEXT NOT NULL,
    programme     @TEXT,
    bank          @TEXT,
    bank_account  @BYTES,
    opened_on     @INT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, code)
) @COUNTY;

-- part: the township of a transit account, the contract of a loan, the source of capital; 0 where there is one.
CREATE TABLE fund_account (
    county   @INT NOT NULL,
    id       @I64 NOT NULL,
    fund_id  @I64 NOT NULL,
    kind     @INT NOT NULL,
    part     @I64 NOT NULL,
    name     @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, fund_id, kind, part),
    FOREIGN KEY (county, fund_id) REFERENCES fund (county, id)
) @COUNTY;

-- Derived from the lines in the same transaction; verify adds them up again.
CREATE TABLE account_balance (
    county      @INT NOT NULL,
    account_id  @I64 NOT NULL,
    amount      @I64 NOT NULL,
    PRIMARY KEY (county, account_id),
    FOREIGN KEY (county, account_id) REFERENCES fund_account (county, id)
) @COUNTY;

CREATE TABLE voucher (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    year        @I64 NOT NULL,
    no          @I64 NOT NULL,
    entry_date  @INT NOT NULL,
    value_date  @INT NOT NULL,
    kind        @INT NOT NULL,
    purpose     @TEXT NOT NULL,
    document    @TEXT,
    made_by     @TEXT NOT NULL,
    checked_by  @TEXT,
    made_at     @I64 NOT NULL,
    reverses    @I64,
    draft_id    @I64,
    PRIMARY KEY (county, id),
    UNIQUE (county, fund_id, year, no),
    UNIQUE (county, reverses),
    FOREIGN KEY (county, fund_id) REFERENCES fund (county, id)
) @COUNTY;
CREATE INDEX voucher_day ON voucher (county, fund_id, entry_date);

CREATE TABLE voucher_line (
    county       @INT NOT NULL,
    voucher_id   @I64 NOT NULL,
    no           @I64 NOT NULL,
    account_id   @I64 NOT NULL,
    fund_id      @I64 NOT NULL,
    entry_date   @INT NOT NULL,
    value_date   @INT NOT NULL,
    amount       @I64 NOT NULL,
    source       @INT,
    period       @I64,
    case_id      @I64,
    contract_id  @I64,
    region       @I64,
    PRIMARY KEY (county, voucher_id, no),
    FOREIGN KEY (county, voucher_id) REFERENCES voucher (county, id),
    FOREIGN KEY (county, account_id) REFERENCES fund_account (county, id)
) @COUNTY;
CREATE INDEX voucher_line_account ON voucher_line (county, account_id, entry_date, amount);

CREATE TABLE closed_day (
    county     @INT NOT NULL,
    fund_id    @I64 NOT NULL,
    day        @INT NOT NULL,
    closed_by  @TEXT NOT NULL,
    closed_at  @I64 NOT NULL,
    PRIMARY KEY (county, fund_id, day),
    FOREIGN KEY (county, fund_id) REFERENCES fund (county, id)
) @COUNTY;

-- What one person made and another has to approve.
CREATE TABLE draft (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    no          @I64 NOT NULL,
    fund_id     @I64 NOT NULL,
    entry_date  @INT NOT NULL,
    value_date  @INT NOT NULL,
    kind        @INT NOT NULL,
    purpose     @TEXT NOT NULL,
    document    @TEXT,
    made_by     @TEXT NOT NULL,
    made_at     @I64 NOT NULL,
    reverses    @I64,
    state       @INT NOT NULL,
    decided_by  @TEXT,
    decided_at  @I64 NOT NULL,
    voucher_id  @I64,
    PRIMARY KEY (county, id),
    UNIQUE (county, no),
    FOREIGN KEY (county, fund_id) REFERENCES fund (county, id)
) @COUNTY;
CREATE INDEX draft_open ON draft (county, fund_id, state, entry_date);

CREATE TABLE draft_line (
    county       @INT NOT NULL,
    draft_id     @I64 NOT NULL,
    no           @I64 NOT NULL,
    kind         @INT NOT NULL,
    amount       @I64 NOT NULL,
    source       @INT,
    period       @I64,
    case_id      @I64,
    contract_id  @I64,
    region       @I64,
    PRIMARY KEY (county, draft_id, no),
    FOREIGN KEY (county, draft_id) REFERENCES draft (county, id)
) @COUNTY;

-- A voucher is corrected by a reversing one, never changed.
APPEND ONLY voucher;
APPEND ONLY voucher_line;
APPEND ONLY closed_day;
