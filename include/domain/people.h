#ifndef HUBTOP_DOMAIN_PEOPLE_H
#define HUBTOP_DOMAIN_PEOPLE_H

#include "domain/contact.h"

/* What a configuration says of people: whom to call, and who looks after what. Texts live as long as the configuration. */
struct people {
    const struct contact *contacts;
    size_t contact_count;
    const struct scope *scopes;
    size_t scope_count;
    const struct scope *mine; /* of this session; NULL: everything is mine */
    bool roster;              /* a command tells who is on duty */
};

#endif
