import { parentPort } from 'node:worker_threads';
import type { LookTask, TaskResult } from './service/threads/messages.js';
import { serveLook } from './service/threads/serve-look.js';

// The threads in which the daemon looks at files: see src/service/threads/lane.ts. Called with nothing to be ready sooner.
export default async function onTask(task: LookTask | undefined): Promise<TaskResult> {
  return task === undefined ? undefined : serveLook(task, (opening) => parentPort?.postMessage(opening, [opening.port]));
}
