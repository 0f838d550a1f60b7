/** How exact a coarsened value may stay. */
export type Precision =
  | { readonly kind: 'location' /** Side of a grid cell in degrees, of latitude and of longitude alike. */; readonly gridDegrees: number }
  | { readonly kind: 'time'; readonly unit: 'day' | 'month' | 'year' };
