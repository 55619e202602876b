-- The other side of `script/bench fund --only day`: the close of a day in PostgreSQL's own SQL, one statement per
-- table over the same tables.  It writes the rows that bangfu writes, into the same tables with the same indexes:
-- items, classes, the day itself, the audit row and its head; but without the keyed hashes, which are constants of
-- the same length here.  It need not know of instalments, interest, extensions and what is posted afterwards: the
-- fund has none.  :today is the day, :until the last due day of which notice is given by then.
BEGIN;
CREATE TEMP TABLE open_loan ON COMMIT DROP AS
    SELECT c.id, c.fund_id, c.village / 1000 * 1000 AS township, c.ends_on, b.amount,
        CASE WHEN c.ends_on < :today THEN :today - c.ends_on ELSE 0 END AS late
    FROM contract c
    JOIN fund_account a ON a.county = c.county AND a.fund_id = c.fund_id AND a.kind = 1101 AND a.part = c.id
    JOIN account_balance b ON b.county = a.county AND b.account_id = a.id
    WHERE c.county = 350603 AND c.fund_id = (SELECT id FROM fund WHERE county = 350603 AND code = 'XF') AND c.layer = 2
        AND c.paid_out_on <= :today AND c.void_on IS NULL AND b.amount > 0;
INSERT INTO day_item
    SELECT 350603, o.fund_id, :today, 1, o.id, o.ends_on, o.amount FROM open_loan o
    WHERE o.ends_on BETWEEN :today AND :until AND NOT EXISTS (SELECT 1 FROM due_notice_row x WHERE x.county = 350603
        AND x.fund_id = o.fund_id AND x.reminder = 1 AND x.contract_id = o.id AND x.due_on = o.ends_on);
INSERT INTO day_item SELECT 350603, fund_id, :today, 2, id, ends_on, amount FROM open_loan WHERE ends_on = :today;
INSERT INTO day_class
    SELECT 350603, fund_id, :today, township,
        CASE WHEN late >= 91 THEN 91 WHEN late >= 31 THEN 31 WHEN late >= 1 THEN 1 ELSE 0 END,
        count(*), sum(amount), coalesce(sum(amount) FILTER (WHERE late > 0), 0)
    FROM open_loan GROUP BY 1, 2, 3, 4, 5;
INSERT INTO day_close
    SELECT 350603, fund_id, :today, count(*), sum(amount), coalesce(sum(amount) FILTER (WHERE ends_on = :today), 0),
        coalesce(sum(amount) FILTER (WHERE late > 0), 0), count(*) FILTER (WHERE late > 0),
        coalesce(sum(amount) FILTER (WHERE late > 30), 0), coalesce(sum(amount) FILTER (WHERE late > 60), 0),
        coalesce(sum(amount) FILTER (WHERE late > 90), 0), 0, 0,
        (SELECT count(*) FROM day_item WHERE county = 350603 AND day = :today AND kind = 1), 0
    FROM open_loan GROUP BY fund_id;
UPDATE audit_head SET seq = seq + 1, mac = decode(repeat('ab', 32), 'hex') WHERE county = 350603;
INSERT INTO audit SELECT 350603, seq, extract(epoch FROM clock_timestamp()) * 1000000, 1, 'admin', 'bench', 'day.close', 'XF',
    NULL, 'day_item:1:0123456789abcdef0123456789abcdef day_class:4:0123456789abcdef0123456789abcdef '
    'day_close:1:0123456789abcdef0123456789abcdef', decode(repeat('cd', 32), 'hex') FROM audit_head WHERE county = 350603;
COMMIT;
