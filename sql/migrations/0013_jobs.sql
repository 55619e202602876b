-- What the server does behind an answer: imports and exports, whose they are, and what came of them.
-- Column order is that of the entity table in src/api/jobs.c; rows change without an audit row and carry a MAC.

CREATE TABLE job (
    id        @I64 NOT NULL PRIMARY KEY,
    user_id   @I64 NOT NULL,
    kind      @TEXT NOT NULL,
    name      @TEXT NOT NULL,
    state     @TEXT NOT NULL,
    made_at   @I64 NOT NULL,
    ended_at  @I64 NOT NULL,
    result    @TEXT,
    mac       @BYTES NOT NULL
) @LOCAL;
CREATE INDEX job_of_user ON job (user_id, id);
