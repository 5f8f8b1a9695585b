import { expect, test } from 'vitest';
import { isPrivateAddress, isPrivateHost } from './private-address.ts';

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '0:0:0:0:0:ffff:a00:1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'febf::1',
  'ff02::1',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
  expect(isPrivateHost(address)).toBe(true);
});

test.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '128.0.0.1',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '223.255.255.255',
  '2600::1',
  '2a00:1450::ffff:1',
])('%s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test('names are no addresses, but those of the machine itself are private hosts', () => {
  expect(isPrivateAddress('localhost')).toBe(false);
  const own = ['localhost', 'localhost.', 'a.localhost'];
  expect(own.filter(isPrivateHost)).toEqual(own);
  const others = ['example.com', 'notlocalhost', 'localhost.example.com', '/run/app.sock'];
  expect(others.filter(isPrivateHost)).toEqual([]);
});
