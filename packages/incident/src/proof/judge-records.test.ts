import { describe, expect, it } from 'vitest';
import { acceptedPaths } from './accepted-paths.ts';
import { firstProofLook, judgeRecords, lastProofLook } from './judge-records.ts';
import { fieldsOf, readRecord } from './read-record.ts';

const FORMAT =
  '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}';
const { names } = fieldsOf(FORMAT);
const AT = 1_790_000_000;
const OWN = '10.0.0.5';

const line = (
  start: number,
  { from = OWN, to = '192.0.2.66', action = 'REJECT', seconds = 60 } = {},
): string =>
  `2 602011160021 eni-1 ${from} ${to} 40000 443 6 1 40 ${AT + start} ${AT + start + seconds} ${action} OK`;
const silent = (start: number, status = 'NODATA'): string =>
  `2 602011160021 eni-1 - - - - - - - ${AT + start} ${AT + start + 60} - ${status}`;

const judge = (lines: readonly string[], partial = false) =>
  judgeRecords(
    [
      {
        networkInterfaceId: 'eni-1',
        addresses: [OWN],
        records: lines.flatMap((one) => readRecord(one, names) ?? []),
        partial,
      },
    ],
    AT * 1_000,
  );

describe('judgeRecords', () => {
  it('proves it by intervals that lie wholly after containment, rejected or silent', () => {
    expect(judge([line(60), silent(120)])).toEqual({
      status: 'proved',
      until: (AT + 180) * 1_000,
      rejected: 1,
    });
    expect(judge([silent(70)])).toMatchObject({ status: 'proved', rejected: 0 });
  });

  it('names whom packets came from or went to, whichever end is ours', () => {
    const lines = [
      line(90, { action: 'ACCEPT' }),
      line(90, { action: 'ACCEPT', from: '198.51.100.7', to: OWN }),
      line(150, { action: 'ACCEPT' }),
    ];
    expect(judge(lines)).toEqual({
      status: 'accepted',
      accepted: [{ networkInterfaceId: 'eni-1', peers: ['192.0.2.66', '198.51.100.7'] }],
    });
  });

  it.each([
    ['ended before', -120],
    ['straddles containment', -30],
    // The record's first packet may have passed up to a minute before the time that it names.
    ['began less than a minute after', 59],
  ])('says nothing by an accepted record that %s', (_what, start) => {
    expect(judge([line(start, { action: 'ACCEPT' })])).toEqual({
      status: 'undecided',
      because: ['no record yet of eni-1 that lies wholly after containment'],
    });
  });

  it.each([
    ['there are none yet', [], false, 'no record yet of eni-1'],
    ['some were skipped', [line(90), silent(150, 'SKIPDATA')], false, 'were skipped by AWS'],
    ['there were more than were read', [line(90)], true, 'not all records of eni-1'],
  ])('proves nothing where %s', (_what, lines, partial, because) => {
    expect(judge(lines, partial)).toMatchObject({
      status: 'undecided',
      because: [expect.stringContaining(because)],
    });
  });

  it('needs records of every interface, and of one at least', () => {
    const one = { addresses: [], partial: false };
    const read = [line(90)].flatMap((text) => readRecord(text, names) ?? []);
    const both = [
      { ...one, networkInterfaceId: 'eni-1', records: read },
      { ...one, networkInterfaceId: 'eni-2', records: [] },
    ];
    expect(judgeRecords(both, AT * 1_000)).toMatchObject({ status: 'undecided' });
    expect(judgeRecords([], AT * 1_000)).toMatchObject({ status: 'undecided' });
  });

  it('looks first when a whole interval may be delivered, and bounds its waiting by the interval', () => {
    expect(firstProofLook(0)).toBe(480_000);
    expect(lastProofLook(0, 60)).toBe(780_000);
    expect(lastProofLook(0, 600)).toBe(1_860_000);
  });
});

describe('readRecord', () => {
  it.each([
    ['too few fields', '2 602011160021 eni-1'],
    ['a far end that is no address', line(0, { to: '<script>' })],
    ['another action', line(0, { action: 'MAYBE' })],
    ['an end before its start', line(0, { seconds: -1 })],
  ])('refuses %s', (_what, text) => {
    expect(readRecord(text, names)).toBeUndefined();
  });

  it('reads the fields where the format has them', () => {
    const own = fieldsOf('${end} ${action} ${start} ${dstaddr} ${srcaddr}');
    expect(own.lacking).toEqual([]);
    expect(readRecord('20 ACCEPT 10 192.0.2.1 10.0.0.5', own.names)).toEqual({
      status: 'packets',
      action: 'ACCEPT',
      from: '10.0.0.5',
      to: '192.0.2.1',
      start: 10_000,
      end: 20_000,
    });
    expect(fieldsOf('${srcaddr} ${action} ${start} ${end}').lacking).toEqual(['dstaddr']);
  });
});

describe('acceptedPaths', () => {
  const place = {
    networkInterfaceId: 'eni-1',
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    blocks: ['10.0.0.0/24', '2001:db8:1::/64'],
  };
  it.each([
    ['10.0.0.9', 'subnet'],
    ['2001:db8:1::9', 'subnet'],
    ['10.0.1.9', 'vpc'],
    ['192.0.2.66', 'outside'],
  ])('of %s leads %s', (address, reach) => {
    expect(acceptedPaths([{ networkInterfaceId: 'eni-1', peers: [address] }], [place])).toEqual([
      expect.objectContaining({ reach, address, subnetId: 'subnet-1', vpcId: 'vpc-1' }),
    ]);
  });
});
