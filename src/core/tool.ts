/** Name and version as receipts and reports give them. */
export const TOOL = `exifence ${typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source'}`;
