/** Of the calls at which a run is stopped or failed, every how many-th is taken: all of them, unless a quick look is wanted. */
export const STRIDE = Math.max(1, Number(process.env.EXIFENCE_FAULT_STRIDE ?? 1) || 1);

/** For reports: that not all were taken has to be said. */
export const STRIDE_NOTE = STRIDE === 1 ? '' : ` (every ${STRIDE}th of them)`;
