#include "domain/geo.h"

#include <math.h>

#define RADIUS_KM 6371.0088

static const double degree = 3.14159265358979323846 / 180;

const double geo_rings_ms[GEO_RINGS] = {1, 3, 5, 20};

double geo_km(double lon_a, double lat_a, double lon_b, double lat_b)
{
    double a = sin((lat_b - lat_a) * degree / 2), b = sin((lon_b - lon_a) * degree / 2);
    double h = a * a + cos(lat_a * degree) * cos(lat_b * degree) * b * b;

    return 2 * RADIUS_KM * asin(h < 1 ? sqrt(h) : h >= 1 ? 1 : NAN);
}

double geo_min_ms(double km)
{
    return km * GEO_FIBRE_FACTOR * GEO_US_PER_KM / 1000;
}

double geo_reach_km(double one_way_ms)
{
    return one_way_ms * 1000 / (GEO_FIBRE_FACTOR * GEO_US_PER_KM);
}

void geo_point(double lon, double lat, double bearing, double km, double *lon_out, double *lat_out)
{
    double arc = km / RADIUS_KM, phi = lat * degree, theta = bearing * degree;
    double s = sin(phi) * cos(arc) + cos(phi) * sin(arc) * cos(theta);

    *lat_out = asin(s > 1 ? 1 : s < -1 ? -1 : s) / degree;
    *lon_out = lon + atan2(sin(theta) * sin(arc) * cos(phi), cos(arc) - sin(phi) * s) / degree;
}

double geo_ring_ms(double one_way_ms)
{
    for (int i = 0; i < GEO_RINGS; i++)
        if (one_way_ms <= geo_rings_ms[i])
            return geo_rings_ms[i];
    return NAN;
}
