#include "fuzz/driver_fuzz.h"

extern const struct source_driver source_netbox;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    driver_fuzz_run(&source_netbox, bytes, n);
    return 0;
}
