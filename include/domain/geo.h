#ifndef HUBTOP_DOMAIN_GEO_H
#define HUBTOP_DOMAIN_GEO_H

/* Distances and what light needs for them. Degrees: east and north are positive. NAN in, NAN out. */

/* Fibre is longer than the great circle (factor 1.40), and light in it takes 4.90 us a km: calibrated on the published
 * one-way delays from Shaoguan, 1.3 ms to Guangzhou and 1.66 ms to Shenzhen (domain/facts.md of the design). */
#define GEO_FIBRE_FACTOR 1.40
#define GEO_US_PER_KM    4.90

/* Great-circle distance in km on a sphere of 6371.0088 km (the haversine formula; mean radius of IUGG 1980). */
double geo_km(double lon_a, double lat_a, double lon_b, double lat_b);

/* The least one-way delay in ms that fibre allows over a great-circle distance; geo_reach_km() is the inverse: how far
 * that delay reaches. */
double geo_min_ms(double km);
double geo_reach_km(double one_way_ms);

/* The point at `km` from (lon, lat) in the direction `bearing` (degrees, clockwise from north): for circles. */
void geo_point(double lon, double lat, double bearing, double km, double *lon_out, double *lat_out);

/* The latency circles (时延圈) of the network: 1, 3, 5 and 20 ms, one-way. */
enum { GEO_RINGS = 4 };
extern const double geo_rings_ms[GEO_RINGS];
/* The smallest ring that holds a one-way delay; NAN outside all of them. */
double geo_ring_ms(double one_way_ms);

#endif
