/** What a door does with a violation. `fix` scrubs, `block` refuses, `warn` reports and lets pass. */
export const ENFORCEMENTS = ['fix', 'block', 'warn'] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

/** Which staged files the git hooks look into: those called images, or all. */
export const SNIFFS = ['names', 'content'] as const;
export type Sniff = (typeof SNIFFS)[number];

/** Doors whose enforcement a policy sets. */
export const DOORS = ['watch', 'git', 'ci'] as const;
export type Door = (typeof DOORS)[number];

/** Process exit codes, the same at every door. */
export const EXIT = Object.freeze({
  /** Clean, or everything was fixed. */
  ok: 0,
  /** The policy is violated. */
  violations: 1,
  /** Wrong usage, or a policy that cannot be used. */
  usage: 2,
  /** Something could not be proven clean. */
  unproven: 3,
  /** Our own bug. */
  internal: 70,
});
