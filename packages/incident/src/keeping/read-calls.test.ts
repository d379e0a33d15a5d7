import { describe, expect, it } from 'vitest';
import { readOf } from './read-calls.ts';

const VAULT = 'cordon-vault-602011150003';
const isVault = (bucket: string): boolean => bucket === VAULT;

/** A data event as EventBridge hands it on. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html */
const event = (detail: object = {}): string =>
  JSON.stringify({
    source: 'aws.s3',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventID: '00000000-0000-4000-8000-000000000001',
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      awsRegion: 'eu-west-1',
      requestID: 'REQUEST1',
      eventTime: '2026-11-21T03:00:00Z',
      sourceIPAddress: '192.0.2.1',
      requestParameters: { bucketName: VAULT, key: 'incidents/inc-0123456789abcdef0123/manifest.json' },
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::602011150003:assumed-role/break-glass/eve',
        accessKeyId: 'ASIA0123456789ABCDEF',
        sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::602011150003:role/break-glass' } },
      },
      ...detail,
    },
  });

describe('a call that CloudTrail tells of', () => {
  it('says who, by which key, from where, which call, and of which incident', () => {
    expect(readOf(event(), isVault)).toEqual({
      eventId: '00000000-0000-4000-8000-000000000001',
      call: {
        source: 's3.amazonaws.com',
        name: 'GetObject',
        region: 'eu-west-1',
        requestId: 'REQUEST1',
        at: '2026-11-21T03:00:00Z',
      },
      by: 'arn:aws:sts::602011150003:assumed-role/break-glass/eve',
      accessKeyId: 'ASIA0123456789ABCDEF',
      issuer: 'arn:aws:iam::602011150003:role/break-glass',
      from: '192.0.2.1',
      of: {
        kind: 'object',
        key: 'incidents/inc-0123456789abcdef0123/manifest.json',
        incident: 'inc-0123456789abcdef0123',
      },
    });
  });

  it.each(['', '-r1', '-release', '-keeping'])('is of the incident whose folder%s it read', (further) => {
    const key = `incidents/inc-0123456789abcdef0123${further}/custody/000001.json`;
    const read = readOf(event({ requestParameters: { bucketName: VAULT, key } }), isVault);
    expect(read?.of).toMatchObject({ incident: 'inc-0123456789abcdef0123' });
  });

  it.each([
    ['ListSnapshotBlocks', { snapshotId: 'snap-0123456789abcdef0' }, 'eu-central-1'],
    ['CreateVolume', { snapshotId: 'snap-0123456789abcdef0', size: '8' }, 'eu-central-1'],
    ['CopySnapshot', { sourceSnapshotId: 'snap-0123456789abcdef0', sourceRegion: 'us-east-1' }, 'us-east-1'],
  ])('of %s is of a snapshot, in its Region', (eventName, requestParameters, region) => {
    const read = readOf(event({ eventName, awsRegion: 'eu-central-1', requestParameters }), isVault);
    expect(read?.of).toEqual({ kind: 'snapshot', region, snapshotId: 'snap-0123456789abcdef0' });
  });

  it('of another account names account and principal, and a refusal its code', () => {
    const userIdentity = { type: 'AWSAccount', accountId: '999900001111', principalId: 'AIDA1:eve' };
    const read = readOf(event({ userIdentity, errorCode: 'AccessDenied' }), isVault);
    expect(read).toMatchObject({ by: 'AWSAccount 999900001111 AIDA1:eve', refused: 'AccessDenied' });
    expect(read).not.toHaveProperty('accessKeyId');
  });

  it.each([
    ['no JSON', '{'],
    [
      'another bucket',
      event({ requestParameters: { bucketName: 'other', key: 'incidents/inc-0123456789/x' } }),
    ],
    [
      'no incident',
      event({ requestParameters: { bucketName: VAULT, key: 'incidents/../inc-0123456789/x' } }),
    ],
    ['an empty volume', event({ eventName: 'CreateVolume', requestParameters: { size: '8' } })],
    ['no parameters', event({ requestParameters: null })],
    ['no snapshot', event({ requestParameters: { snapshotId: '$(reboot)' } })],
    ['no operation', event({ eventName: '<script>' })],
    ['another kind of event', JSON.stringify({ 'detail-type': 'Scheduled Event', detail: {} })],
  ])('is none of evidence: %s', (_what, text) => {
    expect(readOf(text, isVault)).toBeUndefined();
  });
});
