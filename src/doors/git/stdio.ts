/** The process as the hook sees it, so that a test can stand in for it. */
export interface HookStdio {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: HookOutput;
  readonly stderr: HookOutput;
  cwd(): string;
}

interface HookOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
  on?(event: 'error', listener: (error: Error) => void): unknown;
}
