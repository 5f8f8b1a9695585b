import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { BackendName } from './contract.ts';

/** What opens connections and frames messages, and what does the work on octets, each by a name of its own. */
export interface BackendParts {
  /** Default: `auto`. */
  readonly wire?: 'auto' | 'js' | 'native';
  /** Default: `auto`. */
  readonly kernels?: 'auto' | BackendName;
}

/** A backend by name; `auto`, the fastest that is there; or each part by itself. */
export type BackendChoice = BackendName | 'auto' | BackendParts;

/** Who has chosen a part: the option, the environment in place of `auto`, or nobody. */
export type ChoiceSource = 'option' | 'TERN_BACKEND' | 'default';

/** What a choice stands for. */
export interface ResolvedChoice {
  readonly wire: 'auto' | 'js' | 'native';
  readonly kernels: 'auto' | BackendName;
  readonly decidedBy: { readonly wire: ChoiceSource; readonly kernels: ChoiceSource };
  /** Whether it is `wasm` as one thing, which goes by that name. */
  readonly isWasm: boolean;
}

type Parts = Required<BackendParts>;

/** `wasm` has no sockets: it is its kernels over the wire in TypeScript. */
const NAMED: Readonly<Record<string, Parts>> = {
  auto: { wire: 'auto', kernels: 'auto' },
  js: { wire: 'js', kernels: 'js' },
  native: { wire: 'native', kernels: 'native' },
  wasm: { wire: 'js', kernels: 'wasm' },
};
const CHOICES = Object.keys(NAMED);
const PARTS = { wire: ['auto', 'js', 'native'], kernels: ['auto', 'js', 'native', 'wasm'] } as const;

/**
 * The parts that a choice stands for; TERN_BACKEND takes the place of `auto`, part by part.
 *
 * @throws InvalidArgument if the choice or TERN_BACKEND names no backend
 */
export function resolveChoice(choice: BackendChoice): ResolvedChoice {
  const given = typeof choice === 'string' ? named("'backend'", choice) : checkParts("'backend'", choice);
  const isAuto = given.wire === 'auto' || given.kernels === 'auto';
  const text = isAuto ? (process.env['TERN_BACKEND'] ?? '') : '';
  const environment = text === '' ? NAMED['auto']! : readEnvironment(text);
  return {
    wire: given.wire === 'auto' ? environment.wire : given.wire,
    kernels: given.kernels === 'auto' ? environment.kernels : given.kernels,
    decidedBy: {
      wire: sourceOf(given.wire, environment.wire),
      kernels: sourceOf(given.kernels, environment.kernels),
    },
    isWasm: choice === 'wasm' || (choice === 'auto' && text === 'wasm'),
  };
}

/** A choice in words: `wasm`, or `wire=js,kernels=wasm` as TERN_BACKEND takes it. */
export function describeChoice(choice: BackendChoice): string {
  if (typeof choice === 'string') return choice;
  return (
    Object.entries(choice)
      .map(([part, name]) => `${part}=${name}`)
      .join() || 'auto'
  );
}

function sourceOf(given: string, environment: string): ChoiceSource {
  if (given !== 'auto') return 'option';
  return environment === 'auto' ? 'default' : 'TERN_BACKEND';
}

function named(where: string, name: string): Parts {
  const parts = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (parts === undefined)
    throw new InvalidArgument(`${where} must be one of ${CHOICES.join(', ')}, not '${name}'.`);
  return parts;
}

function checkParts(where: string, parts: unknown): Parts {
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) {
    throw new InvalidArgument(
      `${where} must be one of ${CHOICES.join(', ')}, or an object with 'wire' and 'kernels', not ${describeValue(parts)}.`,
    );
  }
  const checked: Record<string, string> = { wire: 'auto', kernels: 'auto' };
  for (const [part, name] of Object.entries(parts) as [string, unknown][]) {
    if (part !== 'wire' && part !== 'kernels') {
      throw new InvalidArgument(`${where} has the parts 'wire' and 'kernels', not '${part}'.`);
    }
    if (name === undefined) continue;
    if (!(PARTS[part] as readonly unknown[]).includes(name)) {
      throw new InvalidArgument(
        `${where}: '${part}' must be one of ${PARTS[part].join(', ')}, not ${typeof name === 'string' ? `'${name}'` : describeValue(name)}.`,
      );
    }
    checked[part] = name as string;
  }
  return checked as unknown as Parts;
}

/** `native`, or `wire=js,kernels=native`. */
function readEnvironment(text: string): Parts {
  if (!text.includes('=')) return named('TERN_BACKEND', text);
  const parts = text.split(',').map((part): [string, string] => {
    const at = part.indexOf('=');
    return at < 0 ? [part.trim(), ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
  return checkParts('TERN_BACKEND', Object.fromEntries(parts));
}
