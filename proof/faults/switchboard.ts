import type { Stage } from './progress.ts';

/** What befalls the octets that pass a relay. Those with `Up` befall what the client sends, the others what the server does. */
const FAULT_KINDS = [
  /** The connection is reset. */
  'reset',
  /** The server has no more to say, but listens on. */
  'halfClose',
  /** The server hangs up. */
  'cut',
  /** Silence. */
  'stall',
  /** One octet is another. */
  'flip',
  /** From there on every octet is another. */
  'garbage',
  /** From there on one octet at a time, slowly. */
  'loris',
  /** In HTTP/2: RST_STREAM, or GOAWAY, before a frame of the server instead of all that would follow. */
  'rst',
  'goAway',
  'resetUp',
  'cutUp',
  'stallUp',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault at one place. */
export interface Fault {
  readonly kind: FaultKind;
  /** So many octets pass unharmed; for `rst` and `goAway`: so many frames. */
  readonly at: number;
  /** Which of the frames to put in; for `loris`: milliseconds between two octets. */
  readonly variant?: number;
}

const FIELDS = {
  kind: 0,
  at: 1,
  variant: 2,
  down: 3,
  up: 4,
  frames: 5,
  open: 6,
  content: 7,
  stage: 8,
  proxy: 9,
  dialled: 10,
  entered: 11,
  struck: 12,
  dialledUp: 13,
} as const;
type Field = keyof typeof FIELDS;

/** What begins anew with each fault. */
const COUNTS: readonly Field[] = [
  'kind',
  'down',
  'up',
  'frames',
  'content',
  'proxy',
  'dialled',
  'dialledUp',
  'entered',
  'struck',
];

const STAGES: readonly Stage[] = ['http', 'proxy', 'tls'];

const SIZE = Object.keys(FIELDS).length * Int32Array.BYTES_PER_ELEMENT;

/** What a relay and those who use it share; they live in two threads, of which one may sleep. */
export class Switchboard {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SIZE)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  /** The fault for what comes from now on; null lets all pass. */
  get fault(): Fault | null {
    const kind = this.#load('kind');
    if (kind === 0) return null;
    return { kind: FAULT_KINDS[kind - 1]!, at: this.#load('at'), variant: this.#load('variant') };
  }

  /** Sets the fault, and begins to count anew. */
  set(fault: Fault | null): void {
    for (const field of COUNTS) this.#store(field, 0);
    if (fault === null) return;
    this.#store('at', fault.at);
    this.#store('variant', fault.variant ?? 0);
    this.#store('kind', FAULT_KINDS.indexOf(fault.kind) + 1);
  }

  /** Adds to a count. @returns what it was */
  count(field: 'content' | 'down' | 'frames' | 'open' | 'struck' | 'up', amount: number): number {
    return Atomics.add(this.#cells, FIELDS[field], amount);
  }

  /** Octets that the server has sent since the fault was set, those that it swallowed included. */
  get down(): number {
    return this.#load('down');
  }

  /** Octets that the client has sent. */
  get up(): number {
    return this.#load('up');
  }

  /** Frames of HTTP/2 that the server has sent, where they are counted. */
  get frames(): number {
    return this.#load('frames');
  }

  /** How much of the content has passed unharmed: only good to compare with what it was when all went well. */
  get content(): number {
    return this.#load('content');
  }

  /** What the client is at on the connection that it has opened last. */
  get stage(): Stage {
    return STAGES[this.#load('stage')]!;
  }

  /** Octets that the client has sent in its stage, since the fault was set. */
  get sent(): number {
    return this.up - this.#load('entered');
  }

  /** Octets of the server after which a dialogue with a proxy was over. */
  get proxy(): number {
    return this.#load('proxy');
  }

  /** Octets of the server after which requests could be sent. */
  get dialled(): number {
    return this.#load('dialled');
  }

  /** Octets of the client behind which its requests are. */
  get dialledUp(): number {
    return this.#load('dialledUp');
  }

  /** Whether the place of the fault has come. */
  get hasStruck(): boolean {
    return this.#load('struck') > 0;
  }

  /**
   * Notes that the client goes on to a stage. What has passed before is no content.
   * @param begun octets that the client has sent of it
   */
  enter(stage: Stage, begun: number = 0): void {
    const from = this.stage;
    const { down } = this;
    if (from === 'proxy' && stage !== 'proxy') this.#store('proxy', down);
    if (from !== 'http' && stage === 'http') {
      this.#store('dialled', down);
      this.#store('dialledUp', this.up - begun);
    }
    this.#store('content', 0);
    this.#store('entered', this.up);
    this.#store('stage', STAGES.indexOf(stage));
  }

  /** Connections of clients that are open. */
  get open(): number {
    return this.#load('open');
  }

  #load(field: Field): number {
    return Atomics.load(this.#cells, FIELDS[field]);
  }

  #store(field: Field, value: number): void {
    Atomics.store(this.#cells, FIELDS[field], value);
  }
}
