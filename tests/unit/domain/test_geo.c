#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/geo.h"

struct spot {
    double lon, lat;
};
static const struct spot shaoguan = {113.60, 24.80}, guangzhou = {113.26, 23.13}, shenzhen = {114.06, 22.54};
static const struct spot clusters[] = {
    {115.50, 40.41}, {120.90, 31.08}, {118.40, 31.35}, {113.60, 24.80}, {104.06, 30.45},
    {106.50, 29.72}, {106.48, 26.42}, {111.82, 40.53}, {107.62, 35.72}, {105.18, 37.52},
};
enum { CLUSTERS = sizeof clusters / sizeof *clusters };

static double km(struct spot a, struct spot b)
{
    return geo_km(a.lon, a.lat, b.lon, b.lat);
}

static void near(double have, double want, double by)
{
    if (!(fabs(have - want) <= by))
        fail_msg("%.9g is not %.9g", have, want);
}

static void distances_are_those_of_the_globe(void **state)
{
    (void)state;
    near(geo_km(0, 0, 0, 90), 6371.0088 * 3.14159265358979 / 2, 1e-6);
    near(geo_km(0, 0, 180, 0), 6371.0088 * 3.14159265358979, 1e-6);
    near(geo_km(10, 20, 10, 20), 0, 1e-9);
    near(geo_km(-170, 10, 170, 10), geo_km(0, 10, 20, 10), 1e-6); /* over the date line */
    near(km(shaoguan, guangzhou), 189, 0.5);
    near(km(shaoguan, shenzhen), 256, 0.5);
    near(km(shaoguan, shenzhen), km(shenzhen, shaoguan), 1e-9);
}

/* What was published lies between 1.32 and 1.41 great circles at 4.90 us/km. */
static void the_factor_is_that_of_the_published_delays(void **state)
{
    (void)state;
    double gz = 1.30 * 1000 / GEO_US_PER_KM / km(shaoguan, guangzhou);
    double sz = 1.66 * 1000 / GEO_US_PER_KM / km(shaoguan, shenzhen);

    assert_true(gz > 1.32 && gz < 1.41 && sz > 1.32 && sz < 1.41);
    near(geo_min_ms(km(shaoguan, guangzhou)), 1.30, 0.01);
    near(geo_min_ms(km(shaoguan, shenzhen)), 1.75, 0.01);
}

static void the_longest_pair_of_clusters_takes_12_1_ms(void **state)
{
    (void)state;
    double longest = 0;

    for (size_t a = 0; a < CLUSTERS; a++)
        for (size_t b = 0; b < a; b++)
            longest = fmax(longest, geo_min_ms(km(clusters[a], clusters[b])));
    near(longest, 12.10, 0.01);
}

static void a_circle_is_as_far_as_its_delay_reaches(void **state)
{
    (void)state;
    for (int ring = 0; ring < GEO_RINGS; ring++) {
        double reach = geo_reach_km(geo_rings_ms[ring]);
        near(geo_min_ms(reach), geo_rings_ms[ring], 1e-12);
        for (size_t i = 0; i < CLUSTERS; i++)
            for (double bearing = 0; bearing < 360; bearing += 30) {
                struct spot at;
                geo_point(clusters[i].lon, clusters[i].lat, bearing, reach, &at.lon, &at.lat);
                near(km(clusters[i], at), reach, 1e-6);
            }
    }
}

static void bearings_turn_from_north_to_east(void **state)
{
    (void)state;
    double lon, lat;

    geo_point(113.6, 24.8, 0, 111.195, &lon, &lat);
    near(lon, 113.6, 1e-9);
    near(lat, 25.8, 1e-4);
    geo_point(113.6, 24.8, 180, 111.195, &lon, &lat);
    near(lat, 23.8, 1e-4);
    geo_point(113.6, 0, 90, 111.195, &lon, &lat);
    near(lon, 114.6, 1e-4);
    near(lat, 0, 1e-9);
    geo_point(113.6, 0, 270, 111.195, &lon, &lat);
    near(lon, 112.6, 1e-4);
    geo_point(0, 89, 0, 2 * 111.195, &lon, &lat); /* over the pole */
    near(lat, 89, 1e-3);
    near(fabs(lon), 180, 1e-6);
}

static void a_delay_falls_into_the_smallest_ring_that_holds_it(void **state)
{
    (void)state;
    static const double cases[][2] = {{0, 1}, {1, 1}, {1.0001, 3}, {3, 3}, {4.9, 5}, {5.1, 20}, {20, 20}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        near(geo_ring_ms(cases[i][0]), cases[i][1], 0);
    assert_true(isnan(geo_ring_ms(20.0001)));
}

static void nothing_known_gives_nothing(void **state)
{
    (void)state;
    double lon, lat;

    assert_true(isnan(geo_km(NAN, 1, 1, 1)) && isnan(geo_km(1, 1, 1, NAN)));
    assert_true(isnan(geo_min_ms(NAN)) && isnan(geo_reach_km(NAN)) && isnan(geo_ring_ms(NAN)));
    geo_point(NAN, 24.8, 90, 10, &lon, &lat);
    assert_true(isnan(lon));
    geo_point(113.6, 24.8, 90, NAN, &lon, &lat);
    assert_true(isnan(lon) && isnan(lat));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_those_of_the_globe),
        cmocka_unit_test(the_factor_is_that_of_the_published_delays),
        cmocka_unit_test(the_longest_pair_of_clusters_takes_12_1_ms),
        cmocka_unit_test(a_circle_is_as_far_as_its_delay_reaches),
        cmocka_unit_test(bearings_turn_from_north_to_east),
        cmocka_unit_test(a_delay_falls_into_the_smallest_ring_that_holds_it),
        cmocka_unit_test(nothing_known_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
