/** The user asked for something that cannot be done as asked. `userMessage` says what to do instead; exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  constructor(readonly userMessage: string) {
    super(userMessage);
  }
}
