import { EVENT, type EventRecord } from './records.ts';

/** An error of the operating system, with the fields that Node gives to its own. */
export function nativeError(
  event: EventRecord,
  syscall: 'connect' | 'read' | 'write',
  peer: string,
): NodeJS.ErrnoException {
  const parts = event.bytes.toString('utf8', event.start, event.end).split('\n');
  const name = parts[0]!;
  const words = parts.at(-1)!;
  const errno = event.kind === EVENT.connectFailed ? event.a : event.c;
  return systemError(errno, name, words, syscall, syscall === 'connect' ? peer : '');
}

/** An error of TLS, with the code that OpenSSL's would have. */
export function tlsError(event: EventRecord): NodeJS.ErrnoException {
  const text = event.bytes.toString('utf8', event.start, event.end);
  const name = text.slice(0, text.indexOf('\n'));
  const error: NodeJS.ErrnoException = new Error(text.slice(text.lastIndexOf('\n') + 1));
  if (name !== '') error.code = name;
  return error;
}

/**
 * @param errno number of the error, 0 if there is none
 * @param name as far as it is known without the number
 */
function systemError(
  errno: number,
  name: string,
  words: string,
  syscall: string,
  peer: string,
): NodeJS.ErrnoException {
  const code = nameOf(errno) ?? (name === '' ? undefined : name);
  const place = peer === '' ? '' : ` ${peer}`;
  const error: NodeJS.ErrnoException = new Error(
    code === undefined ? `${syscall} failed${place}: ${words}` : `${syscall} ${code}${place}`,
  );
  error.syscall = syscall;
  if (code !== undefined) error.code = code;
  if (errno !== 0) error.errno = -errno;
  return error;
}

/** Where errors are those of POSIX, Node knows their names by their numbers. */
function nameOf(errno: number): string | undefined {
  if (errno === 0 || process.platform === 'win32') return undefined;
  const name = process.getBuiltinModule('node:util').getSystemErrorName(-errno);
  return name.startsWith('Unknown') ? undefined : name;
}
