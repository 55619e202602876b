-- What is forgotten is found by its time, not by reading all that a user has asked.
CREATE INDEX answered_at ON answered (county, user_id, at, request_key);
