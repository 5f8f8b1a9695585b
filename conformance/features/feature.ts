/** A test by its file and title. */
type TestProof = `${string}.test.ts > ${string}`;
/** A heading of a guide or of a decision. */
type Ruling = `docs/${string}.md#${string}`;
/** A case of the suite, by its id. */
type CaseProof = `${Uppercase<string>}-${number}` | `${Uppercase<string>}-${number}.${string}`;

/** What shows that a feature is there, or says why it is not. */
export type Proof = CaseProof | Ruling | TestProof;

/** Something that users of an HTTP client look for. */
export interface Feature {
  readonly feature: string;
  readonly area: string;
  readonly proof: readonly Proof[];
}

/** The features of an area, in order, each with its proofs. */
export function area(
  name: string,
  features: Readonly<Record<string, readonly [Proof, ...Proof[]]>>,
): readonly Feature[] {
  return Object.entries(features).map(([feature, proof]) => ({ feature, area: name, proof }));
}
