#include "sources/netbox.h"
#include "sources/told.h"

bool netbox_cell_id(const struct json *object, int64_t *out)
{
    const struct json *id = json_type(object) == JSON_OBJECT ? json_get(object, "id") : object;
    return json_type(id) == JSON_NUMBER && json_int(id, out) && *out > 0;
}

bool netbox_cell_unclear(const struct json *member, const struct value *read)
{
    return json_type(member) != JSON_NULL && !value_known(read);
}

struct value netbox_cell_choice(const struct json *choice)
{
    return told_text(json_type(choice) == JSON_OBJECT ? json_get(choice, "value") : choice);
}

struct value netbox_cell_of(const struct json *reference, const char *member)
{
    return json_type(reference) == JSON_OBJECT ? told_text(json_get(reference, member)) : value_none();
}

/* A field of a choice set is a text in 3.x and 4.x, or with its label; an object has a name or is displayed somehow. */
struct value netbox_cell_custom(const struct json *object, const char *field)
{
    static const char *const members[] = {"label", "value", "name", "display"};
    const struct json *v = field ? json_get(json_get(object, "custom_fields"), field) : NULL;
    int64_t number;
    struct value cell = told_text(v);
    if (json_type(v) == JSON_NUMBER && json_int(v, &number))
        cell = value_text(told_id(v));
    for (size_t i = 0; i < sizeof members / sizeof *members && !value_known(&cell); i++)
        cell = netbox_cell_of(v, members[i]);
    return cell;
}
