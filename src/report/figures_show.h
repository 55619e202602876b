/* figures_show.h - figures as JSON, the same for the command line and the server. */
#ifndef REPORT_FIGURES_SHOW_H
#define REPORT_FIGURES_SHOW_H

#include "report/figures.h"

struct figures_show {
    const struct figures_question *q;
    const struct figures *f;
    const struct code_book *codes;
    enum lang lang;
    struct arena *a;
};
void figures_put(const struct figures_show *s, struct json_out *w);

bool figure_is_quotient(enum figure_unit u); /* it has a numerator and a denominator */
const char *figure_row_amount(const struct figures_show *s, const struct figure_row *row, bool grouped);

/* 24 or 20-21: the periods asked for. */
bool figures_read_periods(struct figures_question *q, struct str text, struct errs *e);

#endif
