/**
 * How a box is made unrecognisable. `fill` leaves nothing of it. `pixelate` and `blur` are for faces only: of what was there they keep
 * a few colours, rounded and with noise. `inpaint` makes up what may have been behind it: for things, never for secrets.
 */
export type Style = 'fill' | 'pixelate' | 'blur' | 'inpaint';

/** Random numbers from 0 to 1, 1 excluded: an effect, so that tests know what comes. */
export type Random = () => number;
