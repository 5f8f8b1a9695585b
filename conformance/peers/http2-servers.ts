import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of somebody else that runs for a test. */
export interface RunningServer {
  readonly port: number;
  /** Folder whose files it serves. */
  readonly folder: string;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

interface ServerTLS {
  readonly cert: string;
  readonly key: string;
}

/** Whether a program can be found. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** nginx with TLS, HTTP/2 and HTTP/1.1; it ends a connection after `keepAliveRequests` requests. */
export function startNginx(tls: ServerTLS, keepAliveRequests = 1000): Promise<RunningServer> {
  return start('nginx', (port, folder) => {
    const file = join(folder, 'nginx.conf');
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    writeFileSync(
      file,
      `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; master_process on; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off; ${paths}
  keepalive_requests ${keepAliveRequests};
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    client_max_body_size 64m;
    root ${folder}/files;
    location = /protocol { return 200 "$server_protocol"; }
    location = /large { limit_rate 2m; }
    location = /refuse { return 413 "no"; }
  }
}
`,
    );
    writeTLS(folder, tls);
    return ['-c', file, '-e', join(folder, 'error.log')];
  });
}

/** nghttpd without TLS. */
export function startNghttpd(more: readonly string[] = []): Promise<RunningServer> {
  return start('nghttpd', (port, folder) => [
    '--no-tls',
    '--address=127.0.0.1',
    `--htdocs=${join(folder, 'files')}`,
    '--trailer=x-checksum: 42',
    '--echo-upload',
    ...more,
    String(port),
  ]);
}

function writeTLS(folder: string, { cert, key }: ServerTLS): void {
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
}

async function start(
  program: string,
  argumentsFor: (port: number, folder: string) => readonly string[],
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), `tern-${program}-`));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'small'), 'small');
  writeFileSync(join(folder, 'files', 'large'), Buffer.alloc(8_000_000, 'x'));
  const port = await freePort();
  const child = spawn(program, argumentsFor(port, folder), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilListening(port, child);
  } catch (error) {
    await close();
    throw new Error(`${program}: ${(error as Error).message}: ${output.slice(0, 1000)}`, { cause: error });
  }
  return { port, folder, process: child, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`ended with code ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
      return;
    } catch {
      // Not yet.
    }
    await sleep(25);
  }
  throw new Error('does not listen');
}
