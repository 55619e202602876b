/* meta_api.c - what this server is, and what it can be asked. */
#include "api/openapi.h"
#include "api/tables.h"
#include "base/version.h"

static bool show_version(struct call *c, struct errs *e)
{
    (void)e;
    put_object(&c->w);
    put_member_cstr(&c->w, "name", "bangfu");
    put_member_cstr(&c->w, "version", bangfu_version);
    put_member_bool(&c->w, "demo", c->api->demo);
    put_object_end(&c->w);
    return true;
}

static bool show_openapi(struct call *c, struct errs *e)
{
    (void)e;
    openapi_write(&c->w, c->codes, c->lang);
    return true;
}

static const struct answer_part version_parts[] = {
    TEXT_PART("name"), TEXT_PART("version"), BOOL_PART("demo"), { 0 }
};
static const struct answer_part openapi_parts[] = {
    TEXT_PART("openapi"),           OBJECT_PART("info"),
    LIST_PART("servers", "object"), LIST_PART("security", "object"),
    OBJECT_PART("paths"),           OBJECT_PART("components"),
    LIST_PART("tags", "object"),    { 0 }
};
static const struct route routes[] = {
    { .method = "GET",
      .pattern = "/api/v1/openapi.json",
      .flags = ROUTE_OPEN,
      .run = show_openapi,
      .parts = openapi_parts,
      .doc = { "本接口的说明（OpenAPI 3.1）", "The description of this interface (OpenAPI 3.1)" } },
    { .method = "GET",
      .pattern = "/api/v1/version",
      .flags = ROUTE_OPEN,
      .run = show_version,
      .parts = version_parts,
      .doc = { "程序的版本", "The program's version" } },
};
const struct route_table meta_routes = { { "说明", "About" }, routes, N_ELEMS(routes) };
