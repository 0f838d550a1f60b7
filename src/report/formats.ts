/** The ways to report to a machine. */
const MACHINE_FORMATS = ['json', 'sarif', 'junit', 'github', 'gitlab'] as const;
export type MachineFormat = (typeof MACHINE_FORMATS)[number];
export const REPORT_FORMATS = ['pretty', ...MACHINE_FORMATS] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
