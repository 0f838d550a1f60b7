import type { LookTask } from './service/threads/messages.js';
import { serveLook } from './service/threads/serve-look.js';

// The threads in which the daemon looks at files: see src/service/threads/look-threads.ts. Called with nothing to be ready sooner.
export default async function onTask(task: LookTask | undefined): Promise<void> {
  if (task !== undefined) await serveLook(task);
}
