import { describe, expect, test } from 'vitest';
import { decodeText } from '../body/charset.ts';
import { detectCharset } from './charset-detect.ts';

/** Encodes with the help of the decoder. Single octets and pairs only. */
function encode(text: string, encoding: string): Buffer {
  let table = tables.get(encoding);
  if (table === undefined) {
    table = new Map<string, Buffer>();
    for (let first = 0xff; first >= 0x80; first--) {
      for (let second = 0xff; second >= 0x40; second--) {
        const pair = Buffer.of(0x20, first, second);
        const character = decodeText(pair, encoding).slice(1);
        if (/^[^\ufffd]$/u.test(character)) table.set(character, pair.subarray(1));
      }
      const character = decodeText(Buffer.of(0x20, first), encoding).slice(1);
      if (/^[^\ufffd]$/u.test(character)) table.set(character, Buffer.of(first));
    }
    tables.set(encoding, table);
  }
  return Buffer.concat(
    Array.from(text, (character) => {
      if (character < '\u0080') return Buffer.from(character);
      const octets = table.get(character);
      if (octets === undefined) throw new Error(`${encoding} has no ${character}`);
      return octets;
    }),
  );
}
const tables = new Map<string, Map<string, Buffer>>();

describe('text of many languages', () => {
  test.each([
    [
      'windows-1252',
      'Die Straße über den Fluß war früher nur für Fußgänger geöffnet; heute dürfen Räder dorthin.',
    ],
    ['windows-1252', 'Le café était fermé à cause de la fête, où les élèves avaient dansé près de la forêt.'],
    [
      'windows-1252',
      'El niño comió una piña en la montaña mientras su papá leía; mañana irán también al río.',
    ],
    ['windows-1252', 'Não há dúvida de que a situação da educação é preocupante para a nação e os cidadãos.'],
    ['windows-1252', 'Hela ön täcktes av snö och några båtar låg kvar på stranden när våren äntligen kom.'],
    [
      'windows-1250',
      'Zażółć gęślą jaźń, powiedział książę, a później poszedł nad rzekę łowić śledzie i węgorze.',
    ],
    [
      'windows-1250',
      'Příliš žluťoučký kůň úpěl ďábelské ódy, když děti běžely přes most k řece a zpět domů.',
    ],
    [
      'iso-8859-2',
      'Zażółć gęślą jaźń, powiedział książę, a później poszedł nad rzekę łowić śledzie i węgorze.',
    ],
    [
      'windows-1251',
      'Съешь же ещё этих мягких французских булок, да выпей чаю. Потом мы пойдём гулять по городу.',
    ],
    ['koi8-u', 'Съешь же ещё этих мягких французских булок, да выпей чаю. Потом мы пойдём гулять по городу.'],
    ['ibm866', 'Съешь же ещё этих мягких французских булок, да выпей чаю. Потом мы пойдём гулять по городу.'],
    [
      'windows-1253',
      'Η γρήγορη καφετιά αλεπού πήδηξε πάνω από το σκυλί που κοιμόταν στην αυλή του σπιτιού μας.',
    ],
    [
      'windows-1254',
      'Bugün hava çok güzel olduğu için çocuklar ağaçların altında oynuyor ve şarkı söylüyorlardı.',
    ],
    ['windows-1255', 'בוקר טוב לכולם, היום אנחנו הולכים לטייל בפארק ליד הבית עם הילדים ועם הכלב הקטן שלנו.'],
    ['windows-1256', 'ذهب الولد إلى المدرسة في الصباح ثم عاد إلى البيت مع أصدقائه وكتب الدرس قبل أن ينام.'],
    [
      'windows-1257',
      'Šiandien ąžuolo šešėlyje žaidė vaikai, o vėliau jie grįžo į namus ir valgė šviežią duoną.',
    ],
    ['windows-874', 'วันนี้อากาศดีมาก เราจึงไปเดินเล่นที่สวนสาธารณะกับเพื่อน แล้วกลับบ้านตอนเย็น'],
    ['shift_jis', '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。コーヒーを飲んだ。'],
    ['euc-jp', '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。コーヒーを飲んだ。'],
    ['euc-kr', '나는 오늘 아침에 학교에 가서 친구들과 함께 한국어를 공부했다. 그리고 집에 돌아왔다.'],
    ['gb18030', '今天天气很好，我们一起去公园散步，然后在一家小饭馆吃了午饭，大家都很高兴。'],
    ['big5', '今天天氣很好，我們一起去公園散步，然後在一家小飯館吃了午飯，大家都很高興。'],
  ])('%s: %s', (encoding, text) => {
    expect(detectCharset(encode(text, encoding))).toBe(encoding);
  });
});

test.each<[string, Uint8Array, string]>([
  ['nothing', Buffer.of(), 'utf-8'],
  ['ASCII', Buffer.from('plain text'), 'utf-8'],
  ['UTF-8', Buffer.from('größer 猫'), 'utf-8'],
  ['UTF-8 that is cut off', Buffer.from('größer 猫').subarray(0, -1), 'utf-8'],
  ['UTF-8 with a mark', Buffer.from('\ufeffa'), 'utf-8'],
  ['UTF-16 with a mark', Buffer.from('\ufeff猫', 'utf16le'), 'utf-16le'],
  ['big-endian UTF-16 with a mark', Buffer.from('\ufeff猫', 'utf16le').swap16(), 'utf-16be'],
  ['UTF-16 without one', Buffer.from('plain text é', 'utf16le'), 'utf-16le'],
  ['big-endian UTF-16 without one', Buffer.from('plain text é', 'utf16le').swap16(), 'utf-16be'],
  ['ISO-2022-JP', Buffer.from('\u001b$B$3$l\u001b(B'), 'iso-2022-jp'],
  ['other escapes', Buffer.from('\u001b[31mred\u001b(B'), 'utf-8'],
  ['invalid UTF-8 at the end', Buffer.from('caf\xe9', 'latin1').subarray(0, 4), 'utf-8'],
  ['one letter of windows-1252', Buffer.from('caf\xe9 noir', 'latin1'), 'windows-1252'],
])('%s', (_, input, encoding) => {
  expect(detectCharset(input)).toBe(encoding);
});

test('only a part of a long text is judged, from its first octet that is not ASCII on', () => {
  const text = Buffer.concat([
    Buffer.alloc(100_000, 'plain '),
    encode('Größe und Übermaß für alle. ', 'windows-1252'),
  ]);
  expect(detectCharset(text)).toBe('windows-1252');
});
