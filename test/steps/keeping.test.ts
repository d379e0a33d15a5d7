import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { askDeskAs, exportIncident } from '@cordon/drill';
import { decodeSigned, exportPaths, keepingLedger, verifyExport, type SignedEntry } from '@cordon/evidence';
import {
  EVIDENCE_DESK_FUNCTION_NAME,
  vaultBucketName,
  type DeskReply,
  type DeskRequest,
} from '@cordon/incident';
import { type ObjectVersion } from '@cordon/local-aws';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { vaultVersions } from '../vault-text.ts';
import { play, type Played } from './play.ts';

const [ADA, BOB, EVE] = ['ada@example.org', 'bob@example.org', 'eve@example.org'];
const bucket = vaultBucketName(config.accounts.evidence);
const reason = 'asked for by the prosecutor';

let played: Played;
let incident = '';

const ask = async (person: string, among: 'readers' | 'keepers', request: object): Promise<DeskReply> => {
  const { organization } = played;
  const answered = await organization.during(() =>
    askDeskAs(organization, config, { person, among, request: request as DeskRequest }),
  );
  if (answered.status !== 'answered') throw new Error(`HTTP ${answered.code}: ${answered.body}`);
  return answered.reply;
};

const objects = (): readonly (readonly [string, ObjectVersion])[] =>
  [...vaultVersions(played.organization, config.accounts.evidence)].flatMap(([key, [newest]]) =>
    newest?.kind === 'object' ? [[key, newest] as const] : [],
  );
const keeping = (): readonly SignedEntry[] =>
  objects()
    .filter(([key]) => key.startsWith(`incidents/${keepingLedger(incident)}/custody/`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { body }]) => decodeSigned(key, body));
const kinds = (): readonly string[] => keeping().map(({ entry }) => entry.event.kind);
const held = (): number => objects().filter(([, { legalHold }]) => legalHold).length;

/** What the session reads, by its own credentials. */
const s3With = (credentials: Extract<DeskReply, { status: 'opened' }>['credentials']): S3Client =>
  new S3Client({
    region: config.homeRegion,
    credentials,
    requestHandler: played.organization.requestHandler,
    maxAttempts: 1,
  });

beforeAll(async () => {
  played = await play({ scenario: 'no-profile', seed: 'keeping' });
  incident = objects()[0]?.[0].split('/')[1] ?? '';
}, 60_000);

describe('opening evidence', () => {
  it('writes who and why first, then gives a session that reads this incident alone', async () => {
    const reply = await ask(ADA, 'readers', { action: 'open', incident, reason });
    if (reply.status !== 'opened') throw new Error(JSON.stringify(reply));
    const [opening, opened, given] = keeping();
    expect([opening, opened, given].map((one) => one?.entry.event)).toMatchObject([
      { kind: 'incident-opened', instanceId: played.suspect.instanceId },
      { kind: 'access-opened', by: { name: ADA }, reason, until: reply.until },
      { kind: 'access-given', opened: opened?.digest, accessKeyId: reply.credentials.accessKeyId },
    ]);
    const order = played.organization.journal.calls
      .filter(({ operation, input, caller }) =>
        operation === 'AssumeRole'
          ? caller.includes(EVIDENCE_DESK_FUNCTION_NAME)
          : String(input['Key']).includes('-keeping/custody/00000'),
      )
      .filter(({ operation }) => operation === 'AssumeRole' || operation === 'PutObject')
      .map(({ operation }) => operation);
    expect(order).toEqual(['PutObject', 'PutObject', 'AssumeRole', 'PutObject']);

    const { organization } = played;
    const s3 = s3With(reply.credentials);
    const read = (key: string) =>
      organization.during(() => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
    await expect(read(`incidents/${incident}/manifest.json`)).resolves.toBeDefined();
    await expect(read(`incidents/${incident}-keeping/custody/000001.json`)).resolves.toBeDefined();
    await expect(read('incidents/inc-00000000000000000000/manifest.json')).rejects.toThrow(
      /is not authorized to perform/,
    );
    const list = (prefix: string) =>
      organization.during(() => s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix })));
    await expect(list(`incidents/${incident}/`)).resolves.toBeDefined();
    await expect(list('incidents/')).rejects.toThrow(/is not authorized to perform/);
  });

  it('gives nothing for an incident that the vault does not hold, and writes nothing', async () => {
    const before = objects().length;
    expect(
      await ask(ADA, 'readers', { action: 'open', incident: 'inc-00000000000000000000', reason }),
    ).toMatchObject({ status: 'refused', code: 'no-such-incident' });
    expect(objects()).toHaveLength(before);
  });

  it('lets readers set no hold, and keepers open nothing', async () => {
    const before = kinds();
    expect(await ask(ADA, 'readers', { action: 'hold', incident, reason })).toMatchObject({
      code: 'unknown-person',
      because: expect.stringContaining('evidence.keepers'),
    });
    expect(await ask(BOB, 'keepers', { action: 'open', incident, reason })).toMatchObject({
      code: 'unknown-person',
    });
    expect(kinds()).toEqual(before);
  });

  it('takes no other ledger for an incident, and no reason that could forge a line', async () => {
    for (const wrong of [
      { incident: `${incident}-keeping` },
      { incident: '../inc-1' },
      { reason: 'x\nVERIFIED' },
      { reason: '' },
    ])
      expect(await ask(ADA, 'readers', { action: 'open', incident, reason, ...wrong })).toMatchObject({
        code: 'bad-request',
      });
  });
});

describe('a legal hold', () => {
  it('is set on every object of the incident by one person, and released by two', async () => {
    expect(await ask(BOB, 'keepers', { action: 'release-hold', incident, reason })).toMatchObject({
      code: 'not-held',
    });
    const own = objects().filter(([key]) => key.startsWith(`incidents/${incident}/`)).length;
    expect(await ask(BOB, 'keepers', { action: 'hold', incident, reason })).toMatchObject({ status: 'done' });
    expect(held()).toBe(own);

    const asked = await ask(BOB, 'keepers', { action: 'release-hold', incident, reason });
    if (asked.status !== 'waits-for-second-person') throw new Error(JSON.stringify(asked));
    const approve = { action: 'release-hold', incident, reason: 'the case is closed', asked: asked.asked };
    expect(await ask(BOB, 'keepers', approve)).toMatchObject({
      code: 'not-approved',
      because: expect.stringContaining('another person'),
    });
    expect(held()).toBe(own);
    expect(await ask(EVE, 'keepers', approve)).toMatchObject({ status: 'done' });
    expect(held()).toBe(0);
    expect(kinds().slice(-4)).toEqual(['hold-set', 'keeping-asked', 'keeping-approved', 'hold-released']);
    expect(await ask(ADA, 'keepers', approve)).toMatchObject({ code: 'not-approved' });
  });
});

describe('what happened after the seal', () => {
  it('verifies offline beside what was sealed, with its two people', async () => {
    await ask(ADA, 'readers', { action: 'export', incident, reason, to: 'the public prosecutor' });
    const { organization } = played;
    const remains = {
      organization,
      accounts: config.accounts,
      homeRegion: config.homeRegion,
      through: 'seal',
    } as unknown as Parameters<typeof exportIncident>[0];
    const files = exportIncident(remains, incident);
    const entries = keeping();
    for (const [key, { body }] of objects())
      if (key.includes('-keeping/custody/')) files.set(exportPaths.keeping(Number(key.slice(-11, -5))), body);
    expect(verifyExport(files, {})).toMatchObject({
      status: 'consistent-signer-unknown',
      problems: [],
      keeping: { entries: entries.length, until: entries.at(-1)?.entry.at },
    });
    expect(entries.at(-1)?.entry.event).toMatchObject({ kind: 'exported', to: 'the public prosecutor' });
  });
});
