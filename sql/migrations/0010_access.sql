-- How people and programs prove who they are, and what was already answered once.
-- Column order is that of the entity tables in src/access and src/api.

-- totp is encrypted; setup_hash is of a one-time link, good until setup_until.
CREATE TABLE credential (
    user_id     @I64 NOT NULL PRIMARY KEY REFERENCES app_user (id),
    password    @TEXT,
    changed_at  @I64 NOT NULL,
    setup_hash  @TEXT UNIQUE,
    setup_until @I64 NOT NULL,
    totp        @BYTES
) @REFERENCE;

-- Programs of others: a token acts for a user, with some of the user's rights, until it expires.
CREATE TABLE api_token (
    id          @I64 NOT NULL PRIMARY KEY,
    user_id     @I64 NOT NULL REFERENCES app_user (id),
    name        @TEXT NOT NULL,
    token_hash  @TEXT NOT NULL UNIQUE,
    scopes      @TEXT NOT NULL,
    created_at  @I64 NOT NULL,
    expires_at  @I64 NOT NULL,
    revoked     @INT NOT NULL
) @REFERENCE;

-- These two change without an audit row; each row carries a MAC of its own.
CREATE TABLE session (
    token_hash  @TEXT NOT NULL PRIMARY KEY,
    user_id     @I64 NOT NULL,
    csrf        @TEXT NOT NULL,
    address     @TEXT NOT NULL,
    created_at  @I64 NOT NULL,
    seen_at     @I64 NOT NULL,
    expires_at  @I64 NOT NULL,
    mac         @BYTES NOT NULL
) @LOCAL;
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_end ON session (expires_at);

-- Failed log-ins of an account or from an address, by a hash of either; totp_step is the last code taken.
CREATE TABLE login_guard (
    who         @TEXT NOT NULL PRIMARY KEY,
    failures    @I64 NOT NULL,
    until       @I64 NOT NULL,
    seen_at     @I64 NOT NULL,
    totp_step   @I64 NOT NULL,
    mac         @BYTES NOT NULL
) @LOCAL;
CREATE INDEX login_guard_seen ON login_guard (seen_at);

-- A request with an Idempotency-Key is done once; the same one again gets the same answer.
CREATE TABLE answered (
    county      @INT NOT NULL,
    user_id     @I64 NOT NULL,
    request_key @TEXT NOT NULL,
    request     @TEXT NOT NULL,
    status      @I64 NOT NULL,
    answer      @TEXT NOT NULL,
    at          @I64 NOT NULL,
    mac         @BYTES NOT NULL,
    PRIMARY KEY (county, user_id, request_key)
) @COUNTY;
