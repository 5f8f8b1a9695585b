import { channel, type ChannelListener } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { ClientOptions, Logger } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** Everything that `inspect` can be made to show. */
const DEEP = {
  depth: 12,
  showHidden: true,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: Infinity,
} as const;

/**
 * Plants secrets, and looks for them in everything that people, logs and tools get to see of a client. A secret is
 * found in plain text, and in whatever base64 makes of it wherever it stands.
 */
export class SecretWatch {
  readonly #t: CaseContext;
  readonly #forms: (readonly [form: string, name: string])[] = [];
  /** The places in which a secret was seen, each once. */
  readonly #leaks = new Map<string, string>();
  #texts = 0;

  constructor(t: CaseContext) {
    this.#t = t;
    this.#listen();
  }

  /** Fails if a secret was seen, or if too few texts were looked at for that to mean anything. */
  expectNothing(leastTexts: number): void {
    const { assert } = this.#t;
    assert.equal([...this.#leaks.values()].join('\n'), '');
    assert.ok(this.#texts >= leastTexts, `${this.#texts} texts, of ${leastTexts} at least`);
  }

  /** A new secret, with a name for the place where it is put. */
  plant(name: string): string {
    const secret = `hunter2${name}hunter2`;
    this.#forms.push([secret, name]);
    for (let offset = 0; offset < 3; offset++) {
      const coded = Buffer.from(' '.repeat(offset) + secret).toString('base64');
      // The characters at either end depend on what stands beside the secret.
      this.#forms.push([coded.slice(offset === 0 ? 0 : 4, -4), `${name} in base64`]);
    }
    return secret;
  }

  /** What a client is told so that it is heard. */
  listening(): Pick<ClientOptions, 'hooks' | 'logger' | 'metrics' | 'trace'> {
    const logger: Logger = {
      info: (...args) => this.look('logger.info', args),
      debug: (...args) => this.look('logger.debug', args),
    };
    return {
      logger,
      metrics: true,
      trace: (event) => this.look(`trace ${event.name}`, event),
      hooks: {
        request: [(request) => this.look('hooks.request', request)],
        response: [(response) => this.look('hooks.response', response)],
        redirect: [(event) => this.look('hooks.redirect', event)],
        retry: [(event) => this.look('hooks.retry', event)],
        error: [(error) => this.look('hooks.error', error)],
      },
    };
  }

  /** Looks at a value in every form in which it may be printed, and at what hangs on it. */
  look(where: string, value: unknown): void {
    this.print(where, value);
    this.#text(`${where} as JSON`, asJSON(value));
    if (typeof value !== 'object' || value === null) return;
    this.#text(`${where} as a text`, `${Object.prototype.toString.call(value)} ${asText(value)}`);
    if (value instanceof Error) this.#error(where, value, new Set());
  }

  /** Looks at what `inspect` makes of a value. JSON of headers, parameters and cookies is for keeping them. */
  print(where: string, value: unknown): void {
    this.#text(`${where} inspected`, inspect(value, DEEP));
    this.#text(`${where} as the console prints it`, inspect(value));
  }

  /** The failure of some work, which has been looked at. */
  async failure(where: string, work: () => unknown): Promise<Error> {
    try {
      await work();
    } catch (error) {
      this.look(where, error);
      this.#t.assert.ok(error instanceof Error, where);
      return error as Error;
    }
    return this.#t.assert.fail(`${where}: there was no failure`);
  }

  #error(where: string, error: Error, seen: Set<unknown>): void {
    if (seen.has(error)) return;
    seen.add(error);
    this.#text(`${where}.message`, error.message);
    this.#text(`${where}.stack`, error.stack ?? '');
    for (const name of Object.getOwnPropertyNames(error)) {
      const part: unknown = Reflect.get(error, name);
      if (part instanceof Error) this.#error(`${where}.${name}`, part, seen);
      else if (Array.isArray(part))
        for (const item of part) if (item instanceof Error) this.#error(`${where}.${name}[]`, item, seen);
      if (typeof part === 'object' && part !== null) {
        this.#text(`${where}.${name} inspected`, inspect(part, DEEP));
        this.#text(`${where}.${name} as JSON`, asJSON(part));
        this.#text(`${where}.${name} as a text`, asText(part));
      }
    }
  }

  #text(where: string, text: string): void {
    this.#texts++;
    for (const [form, name] of this.#forms) {
      const at = text.indexOf(form);
      if (at === -1 || this.#leaks.has(`${where} ${name}`)) continue;
      const around = text.slice(Math.max(0, at - 120), at + form.length + 20);
      this.#leaks.set(`${where} ${name}`, `${where} shows the secret '${name}': … ${around} …`);
    }
  }

  #listen(): void {
    const { DIAGNOSTICS_CHANNELS } = this.#t.tern;
    for (const name of Object.values(DIAGNOSTICS_CHANNELS)) {
      const listener: ChannelListener = (message) => this.look(`channel ${name}`, message);
      const found = channel(name);
      found.subscribe(listener);
      this.#t.defer(() => {
        found.unsubscribe(listener);
      });
    }
  }
}

function asJSON(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    // Cycles, and what cannot be written for another reason: that is shown, too.
    return String(error);
  }
}

function asText(value: object): string {
  try {
    return Reflect.apply(String, undefined, [value]);
  } catch {
    return '';
  }
}
