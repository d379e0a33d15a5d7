import { openWorld } from '@cordon/drill';
import { decodeSigned, sha256Hex, type SignedEntry } from '@cordon/evidence';
import { readReport, RECORDER_FUNCTION_NAME, reportPage, vaultBucketName } from '@cordon/incident';
import { ec2State, s3State, type Organization, type Snapshot } from '@cordon/local-aws';
import { beforeAll, describe, expect, it } from 'vitest';
import { vaultVersions } from '../vault-text.ts';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

const REGION = 'eu-central-1';
const { evidence, forensics } = config.accounts;
const ledger = {
  ledgerId: 'inc-0123456789abcdef0123',
  account: '602011160021',
  region: REGION,
  instanceId: 'i-0123456789abcdef0',
  findingId: 'f1',
};

/** Another ledger, to be sealed, and what the seal step says of it. */
const sealed = { ...ledger, ledgerId: 'inc-0123456789abcdef9999' };
const told = {
  incident: {
    incidentId: sealed.ledgerId,
    account: ledger.account,
    region: REGION,
    instanceId: ledger.instanceId,
    findingId: ledger.findingId,
    findingType: 'Trojan:EC2/DropPoint',
    severity: 8,
    arrivedAt: '2026-11-21T03:00:00.000Z',
    openedAt: '2026-11-21T03:00:01.000Z',
    revision: 0,
  },
  outcomes: [{ id: 'protect', status: 'failed', detail: '<b>throttled</b>', at: '2026-11-21T03:00:02.000Z' }],
  disks: [],
};

let organization: Organization;

/** Asks the recorder as the security account's functions do, and gives what it answered. */
const ask = async (request: object): Promise<{ readonly payload: string; readonly error?: string }> => {
  const arn = `arn:aws:lambda:${config.homeRegion}:${evidence}:function:${RECORDER_FUNCTION_NAME}`;
  let answer: { readonly payload: string; readonly error?: string } | undefined;
  const asked = organization.host.invokeFunction(arn, JSON.stringify(request)).then((given) => {
    answer = given;
  });
  await organization.run(() => answer !== undefined);
  await asked;
  return answer ?? { payload: '', error: 'no answer' };
};

const entries = (): readonly string[] =>
  [
    ...(organization.world.of(s3State, '', '').buckets.get(vaultBucketName(evidence))?.versions.keys() ?? []),
  ].filter((key) => key.includes('/custody/'));

/** What lies in the vault below a ledger, as text. */
const filesOf = (ledgerId: string): ReadonlyMap<string, string> => {
  const prefix = `incidents/${ledgerId}/`;
  return new Map(
    [...vaultVersions(organization, evidence)].flatMap(([key, [newest]]) =>
      key.startsWith(prefix) && newest?.kind === 'object'
        ? [[key.slice(prefix.length), newest.body.toString('utf8')] as const]
        : [],
    ),
  );
};

/** The entries of a ledger in order. */
const read = (ledgerId = ledger.ledgerId): readonly SignedEntry[] => {
  const bucket = organization.world.of(s3State, '', '').buckets.get(vaultBucketName(evidence));
  return entries()
    .filter((key) => key.includes(`/${ledgerId}/`))
    .toSorted()
    .map((key) => {
      const version = bucket?.versions.get(key)?.at(-1);
      return decodeSigned(key, version !== undefined && 'body' in version ? version.body : new Uint8Array());
    });
};

/** How a snapshot of the evidence account differs from one that is in custody. */
interface Odd {
  readonly locked?: false;
  readonly encrypted?: false;
  readonly state?: Snapshot['state'];
  readonly sharedWith?: readonly string[];
}

/** Puts a snapshot into the evidence account as it would stand there. */
const place = (
  snapshotId: string,
  { locked, encrypted, state = 'completed', sharedWith = [] }: Odd = {},
): void => {
  const now = organization.timeline.now();
  organization.world.of(ec2State, evidence, REGION).snapshots.set(snapshotId, {
    snapshotId,
    ownerId: evidence,
    volumeId: 'vol-ffffffff',
    sizeGiB: 8,
    ...(encrypted === false
      ? { encrypted: false }
      : { encrypted: true, kmsKeyArn: `arn:aws:kms:${REGION}:${evidence}:key/k` }),
    description: '',
    startedAt: now,
    tags: new Map(),
    content: 'x',
    state,
    progress: 100,
    completedAt: now,
    sharedWith: new Set(sharedWith),
    isPublic: false,
    ...(locked === false
      ? {}
      : {
          lock: {
            mode: 'governance',
            state: 'governance',
            createdAt: now,
            expiresAt: now + 86_400_000,
            durationDays: 1,
          },
        }),
  });
};

const snapshotClaim = (snapshotId: string): object => ({
  kind: 'snapshot',
  ...ledger,
  snapshotId,
  sourceVolumeId: 'vol-0123456789abcdef0',
  sourceSnapshotId: 'snap-0123456789abcdef0',
});

describe('the recorder', () => {
  beforeAll(async () => {
    ({ organization } = await openWorld({
      config,
      scenario: 'no-profile',
      seed: 'recorder',
      conditions: { runtime: { inProcess: inProcessHandlers() } },
    }));
  });

  it.each<[string, string, Odd | undefined, string]>([
    ['does not exist', 'snap-00000000000000001', undefined, 'InvalidSnapshot.NotFound'],
    ['is not locked', 'snap-00000000000000002', { locked: false }, 'is not locked'],
    ['is still being copied', 'snap-00000000000000003', { state: 'pending' }, 'wanted a completed'],
    ['is not encrypted', 'snap-00000000000000004', { encrypted: false }, 'encrypted copy'],
  ])('signs nothing about a snapshot that %s', async (_name, snapshotId, more, because) => {
    if (more !== undefined) place(snapshotId, more);
    const before = entries().length;
    const answer = await ask(snapshotClaim(snapshotId));
    expect(answer.error).toBeDefined();
    expect(answer.payload).toContain(because);
    expect(entries()).toHaveLength(before);
  });

  it('signs nothing about a share that reaches further than was said', async () => {
    place('snap-00000000000000005', { sharedWith: [forensics, '999900001111'] });
    const answer = await ask({
      kind: 'share',
      ...ledger,
      snapshotId: 'snap-00000000000000005',
      toAccount: forensics,
    });
    expect(answer.payload).toContain('wanted 602011150004 alone');
  });

  it('records what it saw itself as observed, and what it was told as reported', async () => {
    place('snap-00000000000000006');
    const seen = await ask(snapshotClaim('snap-00000000000000006'));
    const heard = await ask({
      kind: 'steps',
      ...ledger,
      steps: [{ step: 'protect', outcome: 'done', detail: { at: 'now' } }],
    });
    expect([seen.error, heard.error]).toEqual([undefined, undefined]);
    expect(read().map(({ entry }) => entry.basis)).toEqual(['reported', 'observed', 'reported']);
  });

  it('names the calls that it looked by, by the request ids that AWS gave them, and its own release', async () => {
    place('snap-00000000000000007');
    await ask(snapshotClaim('snap-00000000000000007'));
    const entry = read().at(-1)?.entry;
    if (entry?.schemaVersion !== 2 || entry.calls.status !== 'known') throw new Error('no calls were named');
    expect(entry.tool).toEqual({ name: 'cordon-recorder', version: '0.1.0' });
    const named = entry.calls.calls.map(({ source, name, region }) => `${source} ${name} ${region}`);
    expect(named.toSorted()).toEqual([
      `ec2.amazonaws.com DescribeLockedSnapshots ${REGION}`,
      `ec2.amazonaws.com DescribeSnapshots ${REGION}`,
    ]);
    const journal = organization.journal.calls.map(({ requestId }) => requestId);
    for (const { requestId } of entry.calls.calls) expect(journal).toContain(requestId);
  });

  it('carries on the calls that a step was done by, and says where none were given', async () => {
    const call = {
      source: 'ec2.amazonaws.com',
      name: 'ModifyNetworkInterfaceAttribute',
      region: REGION,
      requestId: '59dbff89-35bd-4eac-99ed-be587EXAMPLE',
      at: '2026-11-21T03:00:00.000Z',
    };
    const step = { step: 'isolate', outcome: 'done', detail: { at: 'now' } };
    await ask({ kind: 'steps', ...ledger, steps: [{ ...step, calls: [call] }, step] });
    const [given, none] = read()
      .slice(-2)
      .map(({ entry }) => (entry.schemaVersion === 2 ? entry.calls : undefined));
    expect(given).toEqual({ status: 'known', calls: [call] });
    expect(none).toMatchObject({ status: 'unknown', because: expect.stringContaining('no request ids') });
  });

  it('keeps the first object under a label, whatever comes later under it', async () => {
    const deposit = (body: string): object => ({
      kind: 'deposit',
      ...ledger,
      label: 'note.txt',
      contentType: 'text/plain',
      bodyBase64: Buffer.from(body).toString('base64'),
    });
    const first = await ask(deposit('the first'));
    const second = await ask(deposit('another'));
    const sha = (payload: string): unknown =>
      (JSON.parse(payload) as { object?: { sha256?: string } }).object?.sha256;
    expect(sha(first.payload)).toMatch(/^[0-9a-f]{64}$/);
    expect(sha(second.payload)).toBe(sha(first.payload));
  });

  it('refuses a label that would lead out of the folder', async () => {
    const answer = await ask({
      kind: 'deposit',
      ...ledger,
      label: '../../other',
      contentType: 'text/plain',
      bodyBase64: '',
    });
    expect(answer.error).toBeDefined();
  });

  it.each(['report.json', 'report.html'])('takes nobody’s %s: it makes the report itself', async (label) => {
    const { payload, error } = await ask({
      kind: 'deposit',
      ...ledger,
      label,
      contentType: 'text/plain',
      bodyBase64: Buffer.from('all is well').toString('base64'),
    });
    expect(error).toBeDefined();
    expect(payload).toContain('the recorder makes it when it seals');
  });

  it('takes nobody’s stretch of a block manifest: it builds roots on those that it made', async () => {
    const label = 'block-stretches/vol-0123456789abcdef0/snap-0123456789abcdef0/1-both-00000';
    const { error } = await ask({
      kind: 'deposit',
      ...ledger,
      label,
      contentType: 'application/json',
      bodyBase64: Buffer.from('{}').toString('base64'),
    });
    expect(error).toBeDefined();
    expect(filesOf(ledger.ledgerId).has(`objects/${label}`)).toBe(false);
  });

  it('seals data and page of the report with the evidence, and changes neither when it is asked again', async () => {
    const seal = { kind: 'seal', ...sealed, told };
    await ask({ kind: 'missing', ...sealed, subject: 'vol-1', because: 'it was gone' });
    const first = await ask(seal);
    const before = filesOf(sealed.ledgerId);
    await organization.run(() => false, organization.timeline.now() + 60_000);
    const again = await ask({ ...seal, told: { ...told, outcomes: [] } });
    expect(again).toEqual(first);
    expect(filesOf(sealed.ledgerId)).toEqual(before);
    const json = before.get('objects/report.json') ?? '';
    const read = readReport(json);
    expect(read.status === 'read' && reportPage(read.report)).toBe(before.get('objects/report.html'));
    expect(before.get('manifest.json')).toContain(sha256Hex(json));
    expect(before.get('objects/report.html')).toContain('it was gone');
  });
});
