import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { UsageError } from '../../../core/usage-error.js';
import type { Board, BoardTotal } from './board.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** `9464`, `127.0.0.1:9464`, `[::1]:9464`. Throws `UsageError`: numbers on what a person does with pictures go to nobody else. */
function metricsAddress(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', digits = ''] = /^(?:(\[[0-9a-f:]+\]|[^:]+):)?(\d{1,5})$/i.exec(text) ?? [];
  const bare = host.replace(/^\[|\]$/g, '');
  const port = Number(digits);
  if (digits === '' || port > 65_535) throw new UsageError('--metrics takes a port, such as 9464');
  if (!LOOPBACK.has(bare)) throw new UsageError('--metrics listens on this machine only: name 127.0.0.1 or ::1, or a port alone');
  return { host: bare, port };
}

/**
 * Serves what Prometheus reads at `/metrics`, and `/health`, to this machine only. Labels hold categories and states, never
 * names of files. Returns where it listens and what ends it. Throws `UsageError` where the port is taken.
 */
export async function openMetrics(text: string, board: Board): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port } = metricsAddress(text);
  const registry = await registryOf(board);
  const server = createServer((request, response) => {
    // A page in a browser of this machine must not read it under a name of its own.
    const asked = hostOf(request.headers.host ?? '');
    if (!LOOPBACK.has(asked) || request.headers.origin !== undefined) return void response.writeHead(403).end();
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    if (request.url === '/health') return void response.writeHead(board.ready ? 200 : 503).end(board.ready ? 'ok\n' : 'starting\n');
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (body) => response.writeHead(200, { 'content-type': registry.contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = 16;
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new UsageError(`--metrics: the port ${port} cannot be listened on (${error.code ?? error.name}); name another`)),
    );
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function hostOf(header: string): string {
  const bare = header.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? bare.toLowerCase() : bare;
}

async function registryOf(board: Board) {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'exifence_files',
    help: 'Files that the daemon has to do with right now.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(board.numbers)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'exifence_threads',
    help: 'Threads that look at files, and files that wait for one.',
    labelNames: ['what'],
    registers,
    collect() {
      for (const [what, count] of Object.entries(board.threads ?? { threads: 0, waiting: 0 })) this.set({ what }, count);
    },
  });
  new Counter({
    name: 'exifence_files_total',
    help: 'Files since the start, by what became of them.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(board.totals) as [BoardTotal, number][]) this.inc({ outcome }, count);
    },
  });
  new Counter({
    name: 'exifence_removed_total',
    help: 'Findings that were taken out since the start, by category.',
    labelNames: ['category'],
    registers,
    collect() {
      this.reset();
      for (const [category, count] of Object.entries(board.removed)) this.inc({ category }, count);
    },
  });
  new Gauge({
    name: 'exifence_ready',
    help: '1 where the first sweep is done.',
    registers,
    collect() {
      this.set(board.ready ? 1 : 0);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return registry;
}
