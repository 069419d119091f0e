#ifndef HUBTOP_UI_COLOR_H
#define HUBTOP_UI_COLOR_H

/* What eyes make of colours. Colours are 0xRRGGBB in sRGB. */

/* How people see: all cones, or without those for long, middle or short waves. */
enum color_vision { COLOR_NORMAL, COLOR_PROTAN, COLOR_DEUTAN, COLOR_TRITAN, COLOR_VISIONS };

/* 1 to 21: WCAG 2.1, "contrast ratio" of "relative luminance" (sRGB, whichever is the lighter one). */
double color_contrast(int a, int b);

/* How far two colours are from each other for that eye: CIE 1976 delta E*ab in L*a*b* (D65), after the loss of a kind of
 * cones is simulated in linear RGB by the matrices of Machado, Oliveira and Fernandes, "A physiologically-based model
 * for simulation of color vision deficiency" (2009), severity 1.0. About 2 is just seen, 100 is black and white. */
double color_difference(int a, int b, enum color_vision vision);

/* Colours 16 to 255 of 256 as xterm fixes them; 0 to 15 by xterm's presets, though they are the person's to choose. -1
 * for others. */
int color_of_256(int i);

#endif
