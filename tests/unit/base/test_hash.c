#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/hash.h"

static void test_sha256(void **state)
{
    (void)state;
    char out[65];
    /* FIPS 180-4's examples. */
    hash_sha256_hex("abc", 3, out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_sha256_hex("", 0, out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, out);
    assert_string_equal(out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* The reference implementation's vectors: key 00..0f, input 00, 00 01, … of growing length. */
static void test_siphash(void **state)
{
    (void)state;
    static const uint64_t expected[] = {
        UINT64_C(0x726fdb47dd0e0e31), UINT64_C(0x74f839c593dc67fd), UINT64_C(0x0d6c8009d9a94f5a),
        UINT64_C(0x85676696d7fb7e2d), UINT64_C(0xcf2794e0277187b7), UINT64_C(0x18765564cd99a68d),
        UINT64_C(0xcbc9466e58fee3ce), UINT64_C(0xab0200f58b01d137), UINT64_C(0x93f5f5799a932462),
        UINT64_C(0x9e0082df0ba9e4b0), UINT64_C(0x7a5dbbc594ddb9f3), UINT64_C(0xf4b32f46226bada7),
        UINT64_C(0x751e8fbc860ee5fb), UINT64_C(0x14ea5627c0843d90), UINT64_C(0xf723ca908e7af2ee),
        UINT64_C(0xa129ca6149be45e5)};
    uint8_t key[16];
    uint8_t input[16];
    for (uint8_t i = 0; i < 16; i++)
        key[i] = input[i] = i;
    for (size_t n = 0; n < 16; n++)
        assert_true(hash_sip(input, n, key) == expected[n]);
}

static void test_process_key_stays(void **state)
{
    (void)state;
    uint8_t seen[16];
    static const uint8_t zero[16];
    memcpy(seen, hash_process_key(), sizeof seen);
    assert_memory_equal(seen, hash_process_key(), sizeof seen);
    assert_memory_not_equal(seen, zero, sizeof seen);
}

static void test_fnv(void **state)
{
    (void)state;
    assert_true(hash_fnv("", 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(hash_fnv("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(hash_fnv("foobar", 6) == UINT64_C(0x85944171f73967e8));
}

static void test_uuid(void **state)
{
    (void)state;
    char a[37];
    char b[37];
    hash_uuid(a);
    hash_uuid(b);
    assert_string_not_equal(a, b);
    for (int round = 0; round < 100; round++) {
        hash_uuid(a);
        assert_int_equal(strlen(a), 36);
        for (size_t i = 0; i < 36; i++)
            if (i == 8 || i == 13 || i == 18 || i == 23)
                assert_int_equal(a[i], '-');
            else
                assert_non_null(strchr("0123456789abcdef", a[i]));
        assert_int_equal(a[14], '4');
        assert_non_null(strchr("89ab", a[19]));
    }
}

static void test_crc32c(void **state)
{
    (void)state;
    /* RFC 3720, B.4. */
    uint8_t bytes[32] = {0};
    assert_true(hash_crc32c(0, bytes, 32) == UINT32_C(0x8a9136aa));
    memset(bytes, 0xff, 32);
    assert_true(hash_crc32c(0, bytes, 32) == UINT32_C(0x62a8ab43));
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    assert_true(hash_crc32c(0, bytes, 32) == UINT32_C(0x46dd794e));
    assert_true(hash_crc32c(hash_crc32c(0, bytes, 11), bytes + 11, 21) == UINT32_C(0x46dd794e));
    assert_true(hash_crc32c(0, "123456789", 9) == UINT32_C(0xe3069283));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256), cmocka_unit_test(test_siphash), cmocka_unit_test(test_process_key_stays),
        cmocka_unit_test(test_fnv),    cmocka_unit_test(test_uuid),    cmocka_unit_test(test_crc32c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
