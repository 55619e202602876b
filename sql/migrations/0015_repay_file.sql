-- Repayments by file: each row is looked up by the receipt and the IOU that it names.

CREATE INDEX repayment_receipt ON repayment (county, receipt_no) WHERE receipt_no IS NOT NULL;
CREATE INDEX iou_number ON iou (county, number);
