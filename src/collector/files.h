#ifndef HUBTOP_SRC_COLLECTOR_FILES_H
#define HUBTOP_SRC_COLLECTOR_FILES_H

/* Lets the process have as many descriptors as it may and may need: a connection for each source. */
void files_raise(void);

#endif
