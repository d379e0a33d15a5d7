import { EC2Client } from '@aws-sdk/client-ec2';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { clientFor, withoutRepeats, type Connection } from './connection.ts';

const session = (name: string) => ({ accessKeyId: name, secretAccessKey: 'secret', sessionToken: 'token' });
const credentials = session('ASIAONE');
const keeping = (more: Partial<Connection> = {}): Connection => ({
  region: 'eu-central-1',
  credentials,
  kept: new Map(),
  ...more,
});

describe('clients that a connection keeps', () => {
  it('are given again for the same way to AWS', () => {
    const connection = keeping();
    expect(clientFor(STSClient, { ...connection })).toBe(clientFor(STSClient, connection));
  });

  it.each<[string, Partial<Connection>]>([
    ['in another Region', { region: 'eu-west-1' }],
    ['as another principal', { credentials: session('ASIATWO') }],
    ['as another principal whose key reads the same', { credentials: session('ASIAONE') }],
    ['in a hurry', { impatient: true }],
    ['with more time for an answer', { answersWithinMs: 60_000 }],
    ['over another transport', { requestHandler: { requestTimeout: 1 } }],
    ['that keeps nothing', { kept: new Map() }],
  ])('are not given for a connection %s', (_which, other) => {
    const connection = keeping();
    const first = clientFor(STSClient, connection);
    expect(clientFor(STSClient, { ...connection, ...other })).not.toBe(first);
    expect(clientFor(STSClient, connection)).toBe(first);
  });

  it('are of one service each', () => {
    const connection = keeping();
    expect(clientFor(STSClient, connection)).toBeInstanceOf(STSClient);
    expect(clientFor(EC2Client, connection)).toBeInstanceOf(EC2Client);
  });

  it('are not given for calls that must not be sent again: an old socket would fail them', () => {
    const connection = keeping();
    const first = clientFor(EC2Client, withoutRepeats(connection));
    expect(clientFor(EC2Client, connection)).not.toBe(first);
    expect(clientFor(EC2Client, withoutRepeats(connection))).not.toBe(first);
  });

  it('are none where the connection has no place for them', () => {
    const connection: Connection = { region: 'eu-central-1', credentials };
    expect(clientFor(STSClient, connection)).not.toBe(clientFor(STSClient, connection));
  });
});
