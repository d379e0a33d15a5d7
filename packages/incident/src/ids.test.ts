import { describe, expect, it } from 'vitest';
import {
  incidentIdFor,
  parseAccountId,
  parseFindingId,
  parseIncidentId,
  parseInstanceId,
  parseInstant,
  parseRegion,
} from './ids.ts';

describe('ids', () => {
  it.each([
    [parseAccountId, '012345678901'],
    [parseRegion, 'ap-southeast-2'],
    [parseRegion, 'us-gov-west-1'],
    [parseInstanceId, 'i-99999999'],
    [parseInstanceId, 'i-0123456789abcdef0'],
    [parseIncidentId, 'inc-0a1b2c'],
    [parseFindingId, 'arn:aws:guardduty:x/y_z.1-2'],
    [parseInstant, '2026-01-02T03:04:05.678Z'],
  ] as const)('%s takes %s as it is', (parse, text) => {
    expect(parse(text)).toBe(text);
  });

  it.each([
    ['account of 13 digits', parseAccountId, '1234567891234', '12 digits'],
    ['account as a number', parseAccountId, 123456789012, '12 digits'],
    ['account with a line end', parseAccountId, '123456789012\n', '12 digits'],
    ['availability zone', parseRegion, 'eu-west-1a', 'Region code'],
    ['short instance id', parseInstanceId, 'i-1234567', "'i-' and 8 to 17"],
    ['instance id in capitals', parseInstanceId, 'i-ABCDEF01', "'i-' and 8 to 17"],
    ['incident id with a slash', parseIncidentId, 'inc-abc/def', "'inc-'"],
    ['empty finding id', parseFindingId, '', '1 to 300'],
    ['long finding id', parseFindingId, 'a'.repeat(301), '(301 characters)'],
    ['time with an offset', parseInstant, '2026-01-02T03:04:05+01:00', 'UTC'],
    ['impossible day', parseInstant, '2026-02-30T03:04:05Z', 'UTC'],
    ['nothing', parseInstant, undefined, 'got nothing'],
  ] as const)('refuses an ill-formed id and says what it wants: %s', (_name, parse, value, message) => {
    expect(() => parse(value)).toThrow(message);
  });

  it('does not repeat markup or shell text in its refusals', () => {
    expect(() => parseInstanceId('$(reboot)<b>`x`')).toThrow("got '?(reboot)?b??x?', want");
  });

  it('writes every instant in one form, so that instants compare as text', () => {
    expect(parseInstant('2026-01-02T03:04:05Z')).toBe('2026-01-02T03:04:05.000Z');
    expect(parseInstant('2026-01-02T03:04:05.678901Z')).toBe('2026-01-02T03:04:05.678Z');
  });
});

describe('incidentIdFor', () => {
  const key = {
    account: parseAccountId('222233334444'),
    region: parseRegion('eu-west-1'),
    instanceId: parseInstanceId('i-0123456789abcdef0'),
    findingId: parseFindingId('abc'),
  };

  it('gives the same id for the same key, of a form that AWS names allow', () => {
    expect(incidentIdFor(key)).toBe(incidentIdFor({ ...key }));
    expect(incidentIdFor(key)).toMatch(/^inc-[0-9a-f]{20}$/);
  });

  it('gives another id when any part differs', () => {
    const ids = [
      incidentIdFor(key),
      incidentIdFor({ ...key, account: parseAccountId('222233334445') }),
      incidentIdFor({ ...key, region: parseRegion('eu-west-2') }),
      incidentIdFor({ ...key, instanceId: parseInstanceId('i-0123456789abcdef1') }),
      incidentIdFor({ ...key, findingId: parseFindingId('abd') }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
