-- Other systems that ask the registry (design/dci.md).  Column order is that of src/dci/dci_client.c.

CREATE TABLE dci_client (
    id            @I64 NOT NULL PRIMARY KEY,
    sender_id     @TEXT NOT NULL UNIQUE,
    name          @TEXT NOT NULL,
    user_id       @I64 NOT NULL REFERENCES app_user (id),
    fields        @TEXT NOT NULL,
    hosts         @TEXT,
    private_hosts @TEXT,
    public_key    @TEXT,
    must_sign     @INT NOT NULL,
    created_at    @I64 NOT NULL,
    revoked       @INT NOT NULL
) @REFERENCE;

-- What was asked is not kept, only that it was answered.
CREATE TABLE dci_transaction (
    id             @I64 NOT NULL PRIMARY KEY,
    client_id      @I64 NOT NULL REFERENCES dci_client (id),
    transaction_id @TEXT NOT NULL,
    correlation_id @TEXT NOT NULL,
    action         @TEXT NOT NULL,
    status         @TEXT NOT NULL,
    found          @I64 NOT NULL,
    received_at    @I64 NOT NULL,
    done_at        @I64 NOT NULL
) @REFERENCE;
CREATE INDEX dci_transaction_asked ON dci_transaction (client_id, transaction_id);
CREATE INDEX dci_transaction_correlation ON dci_transaction (client_id, correlation_id);

CREATE TABLE dci_subscription (
    id           @I64 NOT NULL PRIMARY KEY,
    client_id    @I64 NOT NULL REFERENCES dci_client (id),
    code         @TEXT NOT NULL UNIQUE,
    event        @TEXT NOT NULL,
    record_type  @TEXT NOT NULL,
    reference_id @TEXT NOT NULL,
    sender_uri   @TEXT NOT NULL,
    created_at   @I64 NOT NULL,
    ended        @INT NOT NULL
) @REFERENCE;
