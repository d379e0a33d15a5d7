import { GetSnapshotBlockCommand, EBSClient, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { askDeskAs } from '@cordon/drill';
import { decodeSigned, keepingLedger, type SignedEntry } from '@cordon/evidence';
import {
  BREAK_GLASS_ROLE_NAME,
  READ_WATCH_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  TAGS,
  vaultBucketName,
  type DeskRequest,
} from '@cordon/incident';
import { addRole, ec2State, s3State, type Credentials } from '@cordon/local-aws';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play, type Played } from './play.ts';

const { evidence } = config.accounts;
const bucket = vaultBucketName(evidence);

let played: Played;
let incident = '';

const keeping = (): readonly SignedEntry[] => {
  const vault = played.organization.world.of(s3State, '', '').buckets.get(bucket);
  return [...(vault?.versions ?? [])]
    .flatMap(([key, [newest]]) =>
      key.startsWith(`incidents/${keepingLedger(incident)}/custody/`) && newest?.kind === 'object'
        ? [[key, newest.body] as const]
        : [],
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, body]) => decodeSigned(key, body));
};
const readsTold = () =>
  keeping().flatMap(({ entry }) =>
    entry.event.kind === 'evidence-read' ? [{ ...entry, event: entry.event }] : [],
  );
const pages = (): readonly string[] =>
  played.organization.journal.calls.flatMap(({ operation, input, outcome }) =>
    operation === 'Publish' &&
    outcome === 'ok' &&
    input['Subject'] === 'Cordon evidence read outside the desk'
      ? [String(input['Message'])]
      : [],
  );

const client = <Client>(
  make: new (settings: object) => Client,
  credentials: Credentials | { readonly accessKeyId: string },
  region: string = config.homeRegion,
): Client =>
  new make({ region, credentials, requestHandler: played.organization.requestHandler, maxAttempts: 1 });

/** Reads an object with these keys, and lets what follows from it happen. */
const get = async (credentials: Parameters<typeof client>[1], key: string): Promise<string> => {
  const { organization } = played;
  const s3 = client(S3Client, credentials);
  const outcome = await organization
    .during(() => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })))
    .then(() => 'read')
    .catch((error: unknown) => String(error));
  await organization.run();
  return outcome;
};

const open = async () => {
  const request: DeskRequest = { action: 'open', incident, reason: 'for the report' };
  const answered = await played.organization.during(() =>
    askDeskAs(played.organization, config, { person: 'ada@example.org', among: 'readers', request }),
  );
  if (answered.status !== 'answered' || answered.reply.status !== 'opened')
    throw new Error(JSON.stringify(answered));
  return answered.reply.credentials;
};

const breakGlass = (): Credentials => {
  const { world, ids, timeline } = played.organization;
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${evidence}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  const role = { account: evidence, name: BREAK_GLASS_ROLE_NAME, path: '/', trust, inline: { everything } };
  const arn = `arn:aws:iam::${evidence}:role/${BREAK_GLASS_ROLE_NAME}`;
  try {
    addRole(world, role, { ids, now: timeline.now() });
  } catch {
    // There already.
  }
  return played.organization.credentialsFor(evidence, { arn });
};

beforeAll(async () => {
  played = await play({ scenario: 'no-profile', seed: 'reads' });
  const vault = played.organization.world.of(s3State, '', '').buckets.get(bucket);
  incident = [...(vault?.versions.keys() ?? [])][0]?.split('/')[1] ?? '';
}, 60_000);

describe('reads of evidence', () => {
  it('by our own functions are in no ledger, though they read all day', () => {
    const { calls } = played.organization.journal;
    expect(
      calls.some(
        ({ operation, caller }) => operation === 'GetObject' && caller.includes(RECORDER_FUNCTION_NAME),
      ),
    ).toBe(true);
    expect(readsTold()).toEqual([]);
  });

  it('by a session of the desk are told as such, under its access key, and nobody is called', async () => {
    const credentials = await open();
    expect(await get(credentials, `incidents/${incident}/manifest.json`)).toBe('read');
    const [entry, ...others] = readsTold();
    expect(others).toEqual([]);
    expect(entry?.event).toMatchObject({
      through: 'desk',
      accessKeyId: credentials.accessKeyId,
      reads: [{ name: 'GetObject', subject: `incidents/${incident}/manifest.json` }],
    });
    expect(entry).toMatchObject({
      basis: 'reported',
      calls: { status: 'known', calls: [{ source: 's3.amazonaws.com', name: 'GetObject' }] },
    });
    expect(pages()).toEqual([]);
  });

  it('past the desk are told with who and what, and people are called, once a day for each caller', async () => {
    const keys = breakGlass();
    expect(await get(keys, `incidents/${incident}/manifest.json`)).toBe('read');
    expect(await get(keys, `incidents/${incident}/custody/000001.json`)).toBe('read');
    const told = readsTold().filter(({ event }) => event.through === 'outside');
    expect(told.map(({ event }) => event.reads.map(({ subject }) => subject))).toEqual([
      [`incidents/${incident}/manifest.json`],
      [`incidents/${incident}/custody/000001.json`],
    ]);
    expect(told[0]?.event.caller).toContain(`:assumed-role/${BREAK_GLASS_ROLE_NAME}/`);
    expect(pages()).toHaveLength(1);
    expect(JSON.parse(pages()[0] ?? '')).toMatchObject({
      kind: 'evidence-read-outside',
      incidentId: incident,
      runbook: 'evidence-read-outside',
    });
  });

  it('that were refused are told with the refusal: an administrator of the account tried', async () => {
    const keys = played.organization.credentialsFor(evidence, 'administrator');
    expect(await get(keys, `incidents/${incident}/manifest.json`)).toContain('AccessDenied');
    expect(readsTold().at(-1)?.event).toMatchObject({
      through: 'outside',
      reads: [{ name: 'GetObject', refused: 'AccessDenied' }],
    });
    expect(pages()).toHaveLength(2);
  });

  it('of a copy, block by block, are told from its list of blocks on', async () => {
    const { organization, suspect } = played;
    const copies = organization.world.of(ec2State, evidence, suspect.region).snapshots;
    const copy = [...copies.values()].find(({ tags }) => tags.get(TAGS.hop) === 'evidence');
    const SnapshotId = copy?.snapshotId ?? '';
    const ebs = client(EBSClient, organization.credentialsFor(evidence, 'administrator'), suspect.region);
    await organization
      .during(() => ebs.send(new ListSnapshotBlocksCommand({ SnapshotId })))
      .catch(() => undefined);
    await organization
      .during(() => ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex: 0, BlockToken: 'none' })))
      .catch(() => undefined);
    await organization.run();
    expect(readsTold().at(-1)?.event).toMatchObject({
      through: 'outside',
      reads: [{ name: 'ListSnapshotBlocks', subject: SnapshotId }],
    });
  });
});

describe('an event that comes again', () => {
  const again = async (times: number, change: (detail: Record<string, unknown>, n: number) => object) => {
    const { organization } = played;
    const heard = organization.journal.events.find(
      ({ busArn, event }) =>
        busArn.endsWith(':event-bus/cordon-reads') && JSON.stringify(event).includes('manifest.json'),
    );
    const event = heard?.event ?? {};
    const detail = event['detail'] as Record<string, unknown>;
    const Records = Array.from({ length: times }, (_, n) => ({
      messageId: `m-${n}`,
      body: JSON.stringify({ ...event, detail: change(detail, n) }),
    }));
    const arn = `arn:aws:lambda:${config.homeRegion}:${evidence}:function:${READ_WATCH_FUNCTION_NAME}`;
    let answer: { readonly payload: string; readonly error?: string } | undefined;
    void organization.host.invokeFunction(arn, JSON.stringify({ Records })).then((given) => {
      answer = given;
    });
    await organization.run(() => answer !== undefined);
    return answer;
  };

  it('is told once', async () => {
    const before = readsTold().length;
    expect(await again(3, (detail) => detail)).toMatchObject({ payload: '{"batchItemFailures":[]}' });
    expect(readsTold()).toHaveLength(before);
  });

  it('fills no ledger, however many there are: the last entry of the day says that the rest is in the trail', async () => {
    for (let round = 0; round < 12; round += 1)
      await again(10, (detail, n) => ({
        ...detail,
        eventID: `00000000-0000-4000-8000-${String(round * 10 + n).padStart(12, '0')}`,
        // A caller of its own each time: each would be an entry.
        sourceIPAddress: `192.0.2.${round * 10 + n}`,
        userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${evidence}:user/mallory` },
      }));
    const today = readsTold().filter(({ event }) => event.through === 'outside');
    expect(today).toHaveLength(100);
    expect(today.map(({ event }) => event.bound).filter(Boolean)).toEqual(['reached']);
    expect(today.at(-1)?.event.bound).toBe('reached');
  }, 60_000);

  it('is no evidence where it names no incident, and holds nothing up', async () => {
    const before = keeping().length;
    const strange = { requestParameters: { bucketName: bucket, key: 'incidents/../<script>' } };
    expect(await again(1, (detail) => ({ ...detail, ...strange }))).toMatchObject({
      payload: '{"batchItemFailures":[]}',
    });
    expect(keeping()).toHaveLength(before);
  });
});
