import {describe, expect, it} from 'vitest';
import {kindOf} from '../../../src/tools/web/addresses.js';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '169.253.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s is of the public web', address => {
    expect(kindOf(address)).toBeNull();
  });

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd12::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::',
    'localhost',
    '',
  ])('%s is private, or none', address => {
    expect(kindOf(address)).toBe('private');
  });

  it.each(['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', '::ffff:169.254.169.254', '100.100.100.200'])(
    '%s is where clouds hand out keys',
    address => {
      expect(kindOf(address)).toBe('link');
    },
  );
});
