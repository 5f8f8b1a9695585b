import { decodeText } from '../body/charset.ts';

/** The encodings that are told apart, in the order of their numbers; the models of {@link MODELS} come behind. */
const FIXED = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'iso-2022-jp',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'big5',
] as const;

const CYRILLIC = 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ';
const CENTRAL = 'áíéěčřžšýůąęłśżźćńóőűúťďňöüăşţâîäôđ';

/** Encodings with one octet for each character, and the letters in them that are not ASCII, the most frequent first. */
const MODELS: readonly (readonly [encoding: string, script: 'latin' | 'other', letters: string])[] = [
  ['windows-1252', 'latin', 'éäüößàáíóèñçãêôåøæúâõîùïëûòìœ'],
  ['windows-1251', 'other', CYRILLIC],
  ['windows-1250', 'latin', CENTRAL],
  ['iso-8859-2', 'latin', CENTRAL],
  ['koi8-u', 'other', CYRILLIC],
  ['ibm866', 'other', CYRILLIC],
  ['windows-1253', 'other', 'αοιετσνηυρπκμλςωήίόάέγδύχθφώβξζψϊϋ'],
  ['windows-1254', 'latin', 'ışğüçöâîéû'],
  ['windows-1255', 'other', 'ויהלארתשבמנםכדקחפעטגזסןצךץף'],
  ['windows-1256', 'other', 'الينمترعبدسفهكقحجشةىوصطخضذثءزؤغظئأإآپچگ'],
  ['windows-1257', 'latin', 'āčēģīķļņšūžąęėįųõäöü'],
  ['windows-874', 'other', 'านรอกเงมยลวดทสัี่้ตะปบคหแจพชขิุู์ใไโผธศซภถฟษญณ็ำฉฆ'],
];

/** What else is in texts, other than letters. */
const COMMON_SYMBOLS = '\u00a0“”‘’„‚–—…«»€°§№·•';

/** Names of all encodings, by number. */
export const CHARSETS: readonly string[] = [...FIXED, ...MODELS.map(([encoding]) => encoding)];

export const LATIN = 1;
/** Octets of a model: its flags, and for each octet a class in two bits under a value. */
export const MODEL_SIZE = 257;
export const CLASS = { INVALID: 0, LOWER: 1, UPPER: 2, SYMBOL: 3 } as const;
/** Added to values, so that they are not negative. */
export const VALUE_BIAS = 8;

let models: Uint8Array | undefined;

/** The tables by which encodings with one octet for each character are judged, made when they are first needed. */
export function charsetModels(): Uint8Array {
  return (models ??= new Uint8Array(
    Buffer.concat(MODELS.map(([encoding, script, letters]) => makeModel(encoding, script, letters))),
  ));
}

function makeModel(encoding: string, script: 'latin' | 'other', letters: string): Uint8Array {
  const model = new Uint8Array(MODEL_SIZE);
  model[0] = script === 'latin' ? LATIN : 0;
  const ranks = new Map(Array.from(letters, (letter, rank) => [letter, rank]));
  for (let octet = 0x80; octet < 0x100; octet++) {
    // A space in front, so that no octets are a byte order mark.
    const character = decodeText(Uint8Array.of(0x20, octet), encoding).slice(1);
    model[1 + octet] = judge(character, ranks, script);
  }
  return model;
}

function judge(character: string, ranks: ReadonlyMap<string, number>, script: 'latin' | 'other'): number {
  if (/^[\ufffd\p{Cc}\p{Co}]?$/u.test(character)) return CLASS.INVALID;
  if (!/^[\p{L}\p{M}]$/u.test(character)) {
    return CLASS.SYMBOL | ((VALUE_BIAS + (COMMON_SYMBOLS.includes(character) ? 1 : -3)) << 2);
  }
  const small = character.toLowerCase();
  const rank = ranks.get(small);
  const value =
    rank === undefined ? (script === 'latin' ? -2 : 0) : rank < 10 ? 4 : rank < 20 ? 3 : rank < 32 ? 2 : 1;
  const isUpper = small !== character;
  return (isUpper ? CLASS.UPPER : CLASS.LOWER) | ((VALUE_BIAS + (isUpper ? value - 1 : value)) << 2);
}
