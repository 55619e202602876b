-- Movements of persons and households, rosters, and survey rounds.
-- Column order is that of the entity tables in src/registry (movement.c, roster.c, survey.c).

-- One row for each person and household that an event moves; change is what it adds to its village (1, -1 or 0).
-- A household may have gone to another county since, so nothing refers to it by key.
CREATE TABLE movement (
    county             @INT NOT NULL,
    id                 @I64 NOT NULL,
    no                 @I64 NOT NULL,
    event_id           @I64 NOT NULL,
    kind               @INT NOT NULL,
    change             @I64 NOT NULL,
    household_id       @I64 NOT NULL,
    hh_no              @TEXT NOT NULL,
    person_id          @I64,
    person_name        @TEXT,
    other_household_id @I64,
    other_hh_no        @TEXT,
    village            @I64 NOT NULL,
    other_village      @I64,
    effective_on       @INT NOT NULL,
    since              @INT,
    until              @INT,
    reason             @TEXT NOT NULL,
    document           @TEXT,
    detail             @TEXT,
    recorded_on        @INT NOT NULL,
    recorded_by        @TEXT NOT NULL,
    reverses           @I64,
    reversed_by        @I64,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;
CREATE INDEX movement_household ON movement (county, household_id);
CREATE INDEX movement_other ON movement (county, other_household_id) WHERE other_household_id IS NOT NULL;
CREATE INDEX movement_person ON movement (county, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX movement_event ON movement (county, event_id);
CREATE INDEX movement_effective ON movement (county, effective_on);

-- A named list; mac stands over a frozen list with all its rows.
CREATE TABLE roster (
    county     @INT NOT NULL,
    id         @I64 NOT NULL,
    name       @TEXT NOT NULL,
    of_persons @INT NOT NULL,
    region     @I64 NOT NULL,
    filter     @TEXT,
    made_on    @INT NOT NULL,
    made_by    @TEXT NOT NULL,
    households @I64 NOT NULL,
    persons    @I64 NOT NULL,
    frozen_on  @INT,
    frozen_by  @TEXT,
    mac        @BYTES,
    PRIMARY KEY (county, id),
    UNIQUE (county, name)
) @COUNTY;

CREATE TABLE roster_row (
    county       @INT NOT NULL,
    roster_id    @I64 NOT NULL,
    no           @I64 NOT NULL,
    household_id @I64 NOT NULL,
    person_id    @I64,
    hh_no        @TEXT NOT NULL,
    head_name    @TEXT NOT NULL,
    village      @I64 NOT NULL,
    village_name @TEXT,
    state        @INT,
    members      @I64 NOT NULL,
    person_name  @TEXT,
    sex          @INT,
    birth_date   @INT,
    PRIMARY KEY (county, roster_id, no),
    FOREIGN KEY (county, roster_id) REFERENCES roster (county, id)
) @COUNTY;

CREATE TABLE survey (
    county    @INT NOT NULL,
    id        @I64 NOT NULL,
    name      @TEXT NOT NULL,
    region    @I64 NOT NULL,
    opened_on @INT NOT NULL,
    surveyor  @TEXT NOT NULL,
    note      @TEXT,
    made_by   @TEXT NOT NULL,
    closed_on @INT,
    PRIMARY KEY (county, id),
    UNIQUE (county, name)
) @COUNTY;

-- The household may leave the county later; what was found stays with the round.
CREATE TABLE survey_result (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    survey_id    @I64 NOT NULL,
    household_id @I64 NOT NULL,
    hh_no        @TEXT NOT NULL,
    village      @I64 NOT NULL,
    members      @I64 NOT NULL,
    result       @INT NOT NULL,
    surveyed_on  @INT NOT NULL,
    surveyor     @TEXT NOT NULL,
    note         @TEXT,
    recorded_on  @INT NOT NULL,
    recorded_by  @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, survey_id, household_id),
    FOREIGN KEY (county, survey_id) REFERENCES survey (county, id)
) @COUNTY;
