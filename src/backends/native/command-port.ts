import type { Driver } from './driver.ts';

/** What connections need of whoever hands over their commands: a thread of I/O, or a thread that blocks. */
export type CommandPort = Pick<
  Driver,
  'command' | 'commandBytes' | 'commandText' | 'drop' | 'release' | 'retain' | 'rounds' | 'take'
> &
  Partial<Pick<Driver, 'place' | 'promise'>>;
