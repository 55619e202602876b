/* capital.h - money and voucher dates in words 大写 (支付结算办法; dictionary §5). */
#ifndef BASE_CAPITAL_H
#define BASE_CAPITAL_H

#include "base/value.h"

void money_print_capital(struct buf *b, struct money m); /* 人民币壹万陆仟肆佰零玖元零贰分 */
/* Reads every form the rules allow (optional 零, 整/正 or none after 角, 圆/元, with or without
 * 人民币, 负) and the simple digits 一二三…〇 mixed in; refuses what the rules forbid. */
bool money_read_capital(struct str s, struct money *m);
void date_print_capital(struct buf *b, struct date d); /* 贰零贰陆年壹拾壹月贰拾壹日 */

#endif
