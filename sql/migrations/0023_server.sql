-- What is forgotten is found by its time, not by reading all that a user has asked.
CREATE INDEX answered_at ON answered (county, user_id, at, request_key);

-- Answers and notices that other systems wait for, kept until they were brought or given up: across the server's end.
-- Column order is that of src/dci/dci_waiting.c; rows come and go without an audit row and carry a MAC.
CREATE TABLE dci_waiting (
    id              @I64 NOT NULL PRIMARY KEY,
    client_id       @I64 NOT NULL,
    subscription_id @I64 NOT NULL,
    action          @TEXT NOT NULL,
    correlation_id  @TEXT NOT NULL,
    sealed          @TEXT NOT NULL,
    answer          @TEXT,
    tries           @I64 NOT NULL,
    next_at         @I64 NOT NULL,
    created_at      @I64 NOT NULL,
    mac             @BYTES NOT NULL
) @LOCAL;
CREATE INDEX dci_waiting_next ON dci_waiting (next_at);

-- A county as subscribers were last told of it: where its chain ended, and who was on the register.
CREATE TABLE dci_seen (
    county     @INT NOT NULL PRIMARY KEY,
    seq        @I64 NOT NULL,
    households @TEXT NOT NULL,
    mac        @BYTES NOT NULL
) @LOCAL;
