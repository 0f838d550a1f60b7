import { type FileOps, realFileOps } from '../../src/io/file-ops.js';

export interface Call {
  readonly number: number;
  readonly name: keyof FileOps;
}

/** The real file system, with something done before and after each call. Calls count from 1. */
export function watchedOps(before: (call: Call) => void, after: (call: Call) => void = () => undefined): FileOps {
  let number = 0;
  const wrapped = Object.entries(realFileOps).map(([name, real]) => [
    name,
    (...args: unknown[]) => {
      const call = { number: ++number, name: name as keyof FileOps };
      before(call);
      const result = (real as (...args: unknown[]) => unknown)(...args);
      if (result instanceof Promise) {
        return result.then((value) => {
          after(call);
          return value;
        });
      }
      after(call);
      return result;
    },
  ]);
  return Object.fromEntries(wrapped) as FileOps;
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
