-- Cases: applications on their way to a decision, with everything that was recorded on it, and their numbers.
-- Column order is that of the entity tables in src/casework.  `case` is a word of SQL, so the table is called
-- relief_case.

-- Who an account is, and the relatives that it has named: nobody decides on their own families.
CREATE TABLE user_person (
    user_id    @I64 NOT NULL,
    person_id  @I64 NOT NULL,
    linked_on  @INT NOT NULL,
    linked_by  @TEXT NOT NULL,
    PRIMARY KEY (user_id, person_id)
) @REFERENCE;

CREATE TABLE relief_case (
    county          @INT NOT NULL,
    id              @I64 NOT NULL,
    no              @I64 NOT NULL,
    number          @TEXT,
    programme       @TEXT NOT NULL,
    version         @I64 NOT NULL,
    period_no       @I64,
    household_id    @I64 NOT NULL,
    applicant_id    @I64,
    hh_no           @TEXT NOT NULL,
    head_name       @TEXT,
    applicant_name  @TEXT NOT NULL,
    proxy           @TEXT,
    village         @I64 NOT NULL,
    state           @INT NOT NULL,
    step            @TEXT,
    project         @TEXT,
    asked           @I64,
    approved        @I64,
    class           @TEXT,
    exception       @INT NOT NULL,
    notice_no       @I64,
    batch_id        @I64,
    applied_on      @INT NOT NULL,
    applied_by      @TEXT NOT NULL,
    submitted_on    @INT,
    decided_on      @INT,
    ended_on        @INT,
    reason          @TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, no),
    FOREIGN KEY (county, household_id) REFERENCES household (county, id)
) @COUNTY;
CREATE INDEX relief_case_household ON relief_case (county, household_id);
CREATE INDEX relief_case_village ON relief_case (county, village);
CREATE INDEX relief_case_number ON relief_case (county, number) WHERE number IS NOT NULL;
CREATE INDEX relief_case_batch ON relief_case (county, batch_id) WHERE batch_id IS NOT NULL;

-- What the application says, field by field.
CREATE TABLE case_answer (
    county      @INT NOT NULL,
    case_id     @I64 NOT NULL,
    field       @TEXT NOT NULL,
    value       @TEXT NOT NULL,
    answered_on @INT NOT NULL,
    answered_by @TEXT NOT NULL,
    PRIMARY KEY (county, case_id, field),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;

-- Each condition as it was asked: at the application (1) and at the deciding step (2).
CREATE TABLE case_check (
    county        @INT NOT NULL,
    case_id       @I64 NOT NULL,
    stage         @INT NOT NULL,
    no            @I64 NOT NULL,
    condition_id  @TEXT NOT NULL,
    label         @TEXT NOT NULL,
    expression    @TEXT,
    seen          @TEXT,
    missing       @TEXT,
    result        @INT NOT NULL,
    version       @I64 NOT NULL,
    checked_on    @INT NOT NULL,
    PRIMARY KEY (county, case_id, stage, no),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;

CREATE TABLE case_event (
    county       @INT NOT NULL,
    case_id      @I64 NOT NULL,
    seq          @I64 NOT NULL,
    action       @INT NOT NULL,
    step         @TEXT,
    from_state   @INT,
    to_state     @INT NOT NULL,
    happened_on  @INT NOT NULL,
    at           @I64 NOT NULL,
    user_id      @I64 NOT NULL,
    login        @TEXT NOT NULL,
    opinion      @TEXT,
    meeting_id   @I64,
    batch_id     @I64,
    PRIMARY KEY (county, case_id, seq),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;

CREATE TABLE case_meeting (
    county        @INT NOT NULL,
    id            @I64 NOT NULL,
    no            @I64 NOT NULL,
    programme     @TEXT NOT NULL,
    level         @INT NOT NULL,
    region        @I64 NOT NULL,
    held_on       @INT NOT NULL,
    attendance    @TEXT NOT NULL,
    attendance_n  @I64 NOT NULL,
    votes_for     @I64,
    votes_against @I64,
    abstentions   @I64,
    opinion       @TEXT,
    decision      @TEXT,
    minutes       @TEXT,
    signatures    @TEXT,
    photo         @I64,
    made_on       @INT NOT NULL,
    made_by       @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;

CREATE TABLE case_batch (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    no           @I64 NOT NULL,
    programme    @TEXT NOT NULL,
    version      @I64 NOT NULL,
    step         @TEXT NOT NULL,
    township     @I64 NOT NULL,
    document_no  @TEXT,
    cases_n      @I64 NOT NULL,
    amount       @I64 NOT NULL,
    made_on      @INT NOT NULL,
    made_by      @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, no)
) @COUNTY;

CREATE TABLE case_visit (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    case_id     @I64 NOT NULL,
    step        @TEXT NOT NULL,
    group_no    @I64,
    visited_on  @INT NOT NULL,
    visitors    @TEXT NOT NULL,
    visitors_n  @I64 NOT NULL,
    person_met  @TEXT,
    decision    @INT NOT NULL,
    opinion     @TEXT,
    made_by     @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;
CREATE INDEX case_visit_case ON case_visit (county, case_id);

CREATE TABLE case_appraisal (
    county        @INT NOT NULL,
    id            @I64 NOT NULL,
    case_id       @I64 NOT NULL,
    step          @TEXT NOT NULL,
    appraised_on  @INT NOT NULL,
    experts       @TEXT NOT NULL,
    experts_n     @I64 NOT NULL,
    decision      @INT NOT NULL,
    opinion       @TEXT NOT NULL,
    made_by       @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;
CREATE INDEX case_appraisal_case ON case_appraisal (county, case_id);

-- A responsibility letter signed, or a filing with a higher office.
CREATE TABLE case_paper (
    county       @INT NOT NULL,
    id           @I64 NOT NULL,
    case_id      @I64 NOT NULL,
    step         @TEXT NOT NULL,
    signed_on    @INT NOT NULL,
    parties      @TEXT,
    office       @TEXT,
    document_no  @TEXT,
    made_by      @TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;
CREATE INDEX case_paper_case ON case_paper (county, case_id);

-- What passes although a condition failed: by whom it was decided, why, on which paper.
CREATE TABLE case_exception (
    county        @INT NOT NULL,
    case_id       @I64 NOT NULL,
    condition_id  @TEXT NOT NULL,
    label         @TEXT NOT NULL,
    reason        @TEXT NOT NULL,
    meeting_id    @I64 NOT NULL,
    document      @TEXT NOT NULL,
    decided_on    @INT NOT NULL,
    decided_by    @TEXT NOT NULL,
    PRIMARY KEY (county, case_id, condition_id),
    FOREIGN KEY (county, case_id) REFERENCES relief_case (county, id)
) @COUNTY;

-- One gapless series per programme, county and period (or year).
CREATE TABLE number_counter (
    county     @INT NOT NULL,
    programme  @TEXT NOT NULL,
    period     @TEXT NOT NULL,
    last       @I64 NOT NULL,
    PRIMARY KEY (county, programme, period)
) @COUNTY;

CREATE TABLE case_number (
    county       @INT NOT NULL,
    programme    @TEXT NOT NULL,
    period       @TEXT NOT NULL,
    serial       @I64 NOT NULL,
    number       @TEXT NOT NULL,
    case_id      @I64 NOT NULL,
    allotted_on  @INT NOT NULL,
    void_on      @INT,
    void_reason  @TEXT,
    PRIMARY KEY (county, programme, period, serial),
    UNIQUE (county, number)
) @COUNTY;

-- Villages chosen as project sites.
CREATE TABLE project_site (
    county      @INT NOT NULL,
    id          @I64 NOT NULL,
    programme   @TEXT NOT NULL,
    village     @I64 NOT NULL,
    chosen_on   @INT NOT NULL,
    reason      @TEXT NOT NULL,
    made_by     @TEXT NOT NULL,
    ended_on    @INT,
    end_reason  @TEXT,
    PRIMARY KEY (county, id)
) @COUNTY;
CREATE INDEX project_site_village ON project_site (county, village);

-- Which group goes to which townships in a survey round.
CREATE TABLE survey_group (
    county     @INT NOT NULL,
    survey_id  @I64 NOT NULL,
    no         @I64 NOT NULL,
    leader     @TEXT NOT NULL,
    members    @TEXT,
    PRIMARY KEY (county, survey_id, no)
) @COUNTY;

CREATE TABLE survey_area (
    county       @INT NOT NULL,
    survey_id    @I64 NOT NULL,
    township     @I64 NOT NULL,
    group_no     @I64 NOT NULL,
    due_on       @INT,
    assigned_on  @INT NOT NULL,
    PRIMARY KEY (county, survey_id, township),
    FOREIGN KEY (county, survey_id, group_no) REFERENCES survey_group (county, survey_id, no)
) @COUNTY;

-- The time line is never rewritten.
APPEND ONLY case_event;
