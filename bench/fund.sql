-- The other side of `script/bench fund`: a repayment as PostgreSQL would write it by itself, in one call.  The same
-- rows in the same tables with the same indexes as bangfu's: voucher, two lines, two balances, two counters, the
-- repayment, the audit row and its head; but without the keyed hashes, which are constants of the same length here.
CREATE SEQUENCE bench_id START 1000000000 CACHE 100;
CREATE FUNCTION bench_take(k int, num text, fen bigint, today int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    c contract;
    loan record;
    transit bigint;
    receipt bigint;
    voucher_no bigint;
    y int := extract(year FROM date '1970-01-01' + today);
    v bigint := nextval('bench_id');
    r bigint := nextval('bench_id');
    at bigint := extract(epoch FROM clock_timestamp()) * 1000000;
    s bigint;
BEGIN
    SELECT * INTO STRICT c FROM contract WHERE county = k AND number = num;
    UPDATE counter SET next = next + 1 WHERE county = k AND name = 'receipt ' || y RETURNING next - 1 INTO STRICT receipt;
    UPDATE counter SET next = next + 1 WHERE county = k AND name = 'voucher ' || c.fund_id || ' ' || y
        RETURNING next - 1 INTO STRICT voucher_no;
    SELECT a.id, b.amount INTO STRICT loan FROM fund_account a JOIN account_balance b ON b.county = k AND b.account_id = a.id
        WHERE a.county = k AND a.fund_id = c.fund_id AND a.kind = 1101 AND a.part = c.id;
    IF loan.amount < fen THEN RAISE EXCEPTION 'too much'; END IF;
    SELECT id INTO STRICT transit FROM fund_account
        WHERE county = k AND fund_id = c.fund_id AND kind = 1002 AND part = c.village / 1000 * 1000;
    INSERT INTO voucher VALUES (k, v, c.fund_id, y, voucher_no, today, today, 30, '收回借款 ' || num,
        y || '-' || lpad(receipt::text, 5, '0'), 'admin', NULL, at, NULL, NULL);
    INSERT INTO voucher_line VALUES
        (k, v, 1, transit, c.fund_id, today, today, fen, 60, 1, NULL, c.id, c.village / 1000 * 1000),
        (k, v, 2, loan.id, c.fund_id, today, today, -fen, 60, 1, NULL, c.id, c.village / 1000 * 1000);
    UPDATE account_balance SET amount = amount + fen WHERE county = k AND account_id = transit;
    UPDATE account_balance SET amount = amount - fen WHERE county = k AND account_id = loan.id;
    INSERT INTO repayment (county, id, contract_id, fund_id, paid_on, amount, principal, interest, receipt_no, payer_kind,
        payer, collector, entry_id, recorded_on) VALUES (k, r, c.id, c.fund_id, today, fen, fen, 0,
        y || '-' || lpad(receipt::text, 5, '0'), 1, '陈燕', '李干事', v, today);
    UPDATE audit_head SET seq = seq + 1, mac = decode(repeat('ab', 32), 'hex') WHERE county = k RETURNING seq INTO STRICT s;
    INSERT INTO audit VALUES (k, s, at, 1, 'admin', 'bench', 'repay.add', num, NULL,
        'counter:0:0123456789abcdef0123456789abcdef voucher:1:0123456789abcdef0123456789abcdef '
        'voucher_line:2:0123456789abcdef0123456789abcdef account_balance:0:0123456789abcdef0123456789abcdef '
        'repayment:1:0123456789abcdef0123456789abcdef', decode(repeat('cd', 32), 'hex'));
    RETURN r;
END $$;
