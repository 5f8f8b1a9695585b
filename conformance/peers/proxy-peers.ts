import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of somebody else that runs for a test. */
export interface RunningPeer {
  readonly port: number;
  /** What it has written to its output so far. */
  readonly output: string;
  close(): Promise<void>;
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

/** A proxy for HTTP and CONNECT that asks for Basic credentials. */
export function startTinyproxy(user: string, password: string): Promise<RunningPeer> {
  return start('tinyproxy', (port, folder) => {
    const file = join(folder, 'tinyproxy.conf');
    writeFileSync(
      file,
      `Port ${port}\nListen 127.0.0.1\nTimeout 30\nBasicAuth ${user} ${password}\nLogLevel Error\nMaxClients 20\n`,
    );
    return ['-d', '-c', file];
  });
}

/** A SOCKS5 proxy that asks for a user name and a password. */
export function startMicrosocks(user: string, password: string): Promise<RunningPeer> {
  return start('microsocks', (port) => ['-i', '127.0.0.1', '-p', String(port), '-u', user, '-P', password]);
}

/** TLS in front of a proxy that has none. */
export function startStunnel(
  target: number,
  tls: { readonly cert: string; readonly key: string },
): Promise<RunningPeer> {
  return start('stunnel4', (port, folder) => {
    const [pem, file] = [join(folder, 'server.pem'), join(folder, 'stunnel.conf')];
    writeFileSync(pem, `${tls.cert}\n${tls.key}`, { mode: 0o600 });
    writeFileSync(
      file,
      `foreground = yes\npid =\nsyslog = no\n[proxy]\naccept = 127.0.0.1:${port}\nconnect = 127.0.0.1:${target}\ncert = ${pem}\n`,
    );
    return [file];
  });
}

/** A proxy for HTTP and CONNECT over TLS, with a proxy behind it. */
export function startNghttpx(
  target: number,
  tls: { readonly cert: string; readonly key: string },
): Promise<RunningPeer> {
  return start('nghttpx', (port, folder) => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, tls.cert);
    writeFileSync(key, tls.key, { mode: 0o600 });
    return [
      '--http2-proxy',
      `--frontend=127.0.0.1,${port}`,
      `--backend=127.0.0.1,${target}`,
      '--workers=1',
      '--log-level=ERROR',
      key,
      cert,
    ];
  });
}

async function start(
  program: string,
  argumentsFor: (port: number, folder: string) => readonly string[],
): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), `tern-${program}-`));
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
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilListening(program, port, child);
  } catch (error) {
    await close();
    throw new Error(`${(error as Error).message}: ${output.slice(0, 1000)}`, { cause: error });
  }
  return {
    port,
    get output() {
      return output;
    },
    close,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(program: string, port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    if (await isListening(port)) return;
    await sleep(50);
  }
  throw new Error(`${program} does not listen`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
