import type { Mode } from './subject.ts';

/** A piece of the work that is done in one go, on one relay, by one process. */
export type Unit = OctetsUnit | PlacesUnit;

/** Faults at the places of one target, in one mode, on new connections or on used ones: those of one slice. */
export interface OctetsUnit {
  readonly kind: 'octets';
  readonly column: string;
  readonly target: string;
  readonly mode: Mode;
  readonly isUsed: boolean;
  /** Every so many octets. */
  readonly step: number;
  /** Of so many slices, this one. */
  readonly slices: number;
  readonly slice: number;
}

export interface PlacesUnit {
  readonly kind: 'places';
  readonly column: string;
  readonly places: 'certificates' | 'names';
  readonly mode: Mode;
}

/** What a process that strikes is started with. */
export interface PartSetup {
  readonly backend: string;
  /** Units at the same time. */
  readonly lanes: number;
}

/** What a process says to the one that has started it. */
export type PartMessage =
  | {
      readonly kind: 'done';
      readonly unit: Unit;
      readonly result: TallyRecord;
      readonly octets: Octets | null;
    }
  | { readonly kind: 'left'; readonly resources: readonly string[] }
  | { readonly kind: 'ready' };

/** Octets of a dialogue that goes well. */
export interface Octets {
  readonly down: number;
  readonly up: number;
}

/** A tally that can be sent. */
export interface TallyRecord {
  readonly attempts: number;
  readonly unreached: number;
  readonly repeated: number;
  readonly complaints: readonly string[];
  readonly outcomes: readonly (readonly [string, number])[];
}
