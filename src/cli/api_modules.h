/* api_modules.h - what the modules brought along for commands, as the server's operations take it. */
#ifndef CLI_API_MODULES_H
#define CLI_API_MODULES_H

#include "api/route.h"
#include "cli/command.h"

static inline struct api_modules cli_api_modules(const struct program *p)
{
    return (struct api_modules){
        .import_kinds = p->import_kinds,
        .import_kinds_n = p->import_kinds_n,
        .export_kinds = p->export_kinds,
        .export_kinds_n = p->export_kinds_n,
        .quality = p->quality,
        .quality_n = p->quality_n,
        .transfer_blocks = p->transfer_blocks,
        .transfer_blocks_n = p->transfer_blocks_n,
        .fact_sources = p->fact_sources,
        .case_hooks = p->case_hooks,
    };
}

#endif
