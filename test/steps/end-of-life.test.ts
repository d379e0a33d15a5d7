import { askDeskAs } from '@cordon/drill';
import {
  decodeSigned,
  exportPaths,
  keepingLedger,
  verifyExport,
  type CustodyEvent,
  type SignedEntry,
  type Verification,
} from '@cordon/evidence';
import {
  ARCHIVIST_FUNCTION_NAME,
  defineConfig,
  DISPOSER_FUNCTION_NAME,
  dutyRoleName,
  vaultBucketName,
  type DeskReply,
  type DeskRequest,
} from '@cordon/incident';
import { ec2State, s3State, type ObjectVersion, type Snapshot } from '@cordon/local-aws';
import { archivist, buildServices } from '@cordon/responder';
import { fetchEvidence } from '@cordon/responder/fetch-evidence';
import { beforeAll, describe, expect, it } from 'vitest';
import { config as deployed } from '../../cordon.config.ts';
import { vaultVersions } from '../vault-text.ts';
import { inMemory } from './fetched.ts';
import { play, type Played } from './play.ts';

const [ADA, BOB] = ['ada@example.org', 'bob@example.org'];
const DAY = 86_400_000;
const reason = 'asked for by counsel';
const bucket = vaultBucketName(deployed.accounts.evidence);

/** The deployment as it is, whose policy keeps this class of cases for 400 days. */
const longer = defineConfig({
  ...deployed,
  policy: {
    ...deployed.policy,
    rules: deployed.policy.rules.map((rule) => ({ ...rule, set: { ...rule.set, retentionDays: 400 } })),
  },
});

let config = deployed;
let played: Played;
let incident = '';
/** Whether the next copy is destroyed by a call whose answer does not arrive. */
let losesAnswer = false;

const ask = async (
  person: string,
  among: 'readers' | 'keepers' | 'disposers',
  request: object,
): Promise<DeskReply> => {
  const { organization } = played;
  const answered = await organization.during(() =>
    askDeskAs(organization, config, {
      person,
      among,
      request: { incident, reason, ...request } as DeskRequest,
    }),
  );
  if (answered.status !== 'answered') throw new Error(`HTTP ${answered.code}: ${answered.body}`);
  return answered.reply;
};

const objects = (): readonly (readonly [string, ObjectVersion])[] =>
  [...vaultVersions(played.organization, deployed.accounts.evidence)].flatMap(([key, [newest]]) =>
    newest?.kind === 'object' ? [[key, newest] as const] : [],
  );
const ofCase = (): readonly (readonly [string, ObjectVersion])[] =>
  objects().filter(([key]) => key.startsWith(`incidents/${incident}/`));
const keeping = (): readonly SignedEntry[] =>
  objects()
    .filter(([key]) => key.startsWith(`incidents/${keepingLedger(incident)}/custody/`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { body }]) => decodeSigned(key, body));
const events = (): readonly CustodyEvent[] => keeping().map(({ entry }) => entry.event);
const copies = (): readonly Snapshot[] =>
  played.organization.world
    .all(ec2State)
    .flatMap(({ account, state }) =>
      account === config.accounts.evidence ? [...state.snapshots.values()] : [],
    )
    .filter(({ tags }) => tags.get('cordon:incident') === incident);
const now = (): number => played.organization.timeline.now();

/** One look of the archivist, as its schedule has it, so many days from now. */
const archivistLooks = (afterDays = 0) => {
  const { organization } = played;
  const { host, requestHandler } = organization;
  const arn = `arn:aws:iam::${config.accounts.evidence}:role/cordon/${ARCHIVIST_FUNCTION_NAME}`;
  const own = {
    region: config.homeRegion,
    credentials: host.issueCredentials(host.callerForRole(arn, ARCHIVIST_FUNCTION_NAME), 3_600),
    requestHandler,
  };
  const services = buildServices(config, own, { now: () => now() + afterDays * DAY, log: () => {} });
  return organization.during(() => archivist({}, services));
};

/** What the passing of the years does to locks, done at once. */
const yearsPass = (): void => {
  for (const [, version] of objects())
    if (version.retention !== undefined) version.retention = { ...version.retention, until: now() - 1 };
  for (const copy of copies()) if (copy.lock !== undefined) copy.lock.expiresAt = now() - 1;
};

/** What a reader exports out of the vault, verified; `cut` takes files out first. */
const exported = async (cut: (path: string) => boolean = () => false): Promise<Verification> => {
  const said = await ask(ADA, 'readers', { action: 'export', to: 'the court' });
  const opened = await ask(ADA, 'readers', { action: 'open' });
  if (said.status !== 'done' || opened.status !== 'opened') throw new Error(JSON.stringify([said, opened]));
  const { organization } = played;
  const ledgers = await organization.during(async () =>
    inMemory(
      await fetchEvidence(incident, config, {
        region: config.homeRegion,
        credentials: opened.credentials,
        requestHandler: organization.requestHandler,
      }),
    ),
  );
  const files = new Map([...(ledgers.get(incident) ?? [])].filter(([path]) => !cut(path)));
  return verifyExport(files, {});
};

const begin = (seed: string, of: typeof deployed) => async () => {
  config = of;
  losesAnswer = false;
  played = await play({
    scenario: 'no-profile',
    seed,
    config,
    faults: ({ operation, caller }) => {
      const isLost =
        losesAnswer && operation === 'DeleteSnapshot' && caller.includes(dutyRoleName('disposer'));
      if (!isLost) return undefined;
      losesAnswer = false;
      return { kind: 'lost-reply' };
    },
  });
  incident = objects()[0]?.[0].split('/')[1] ?? '';
};

describe('evidence that is kept', () => {
  beforeAll(begin('end-of-life', longer), 60_000);

  describe('a class of cases that is kept for longer', () => {
    it('has its objects retained to that end at the seal, and says so in ledger and manifest', () => {
      const own = ofCase();
      const said = own
        .filter(([key]) => key.includes('/custody/'))
        .map(([key, { body }]) => decodeSigned(key, body).entry.event)
        .find(({ kind }) => kind === 'retention-set');
      if (said?.kind !== 'retention-set') throw new Error('no entry says for how long');
      expect(said.days).toBe(400);
      for (const [, { retention }] of own)
        expect(retention).toEqual({ mode: 'GOVERNANCE', until: Date.parse(said.until) });
      const manifest = own.find(([key]) => key.endsWith('/manifest.json'))?.[1].body.toString();
      expect(JSON.parse(manifest ?? '{}')).toMatchObject({ retention: { days: 400, until: said.until } });
    });

    it('has its copies locked to that end by the archivist, which then leaves them alone', async () => {
      expect(copies().length).toBeGreaterThan(0);
      expect(await archivistLooks()).toMatchObject({ lengthened: copies().length, failed: [] });
      for (const { lock } of copies()) {
        expect(lock?.expiresAt).toBeGreaterThan(now() + 399 * DAY);
        expect(lock?.mode).toBe('governance');
      }
      const said = events().at(-1);
      expect(said).toMatchObject({ kind: 'locks-lengthened', because: 'retention' });
      expect(said?.kind === 'locks-lengthened' && said.snapshots.length).toBe(copies().length);
      expect(await archivistLooks()).toMatchObject({ lengthened: 0, failed: [] });
    });
  });

  describe('a hold', () => {
    it('makes the locks of copies longer at once, whatever was left of them, and for as long as it stands', async () => {
      for (const { lock } of copies()) if (lock !== undefined) lock.expiresAt = now() + DAY;
      const held = await ask(ADA, 'keepers', { action: 'hold' });
      expect(held).toMatchObject({ status: 'done', detail: expect.stringMatching(/ of them now$/) });
      for (const { lock } of copies()) expect(lock?.expiresAt).toBeGreaterThan(now() + 80 * DAY);
      for (const { lock } of copies()) if (lock !== undefined) lock.expiresAt = now() + 30 * DAY;
      expect((await archivistLooks()).lengthened).toBe(copies().length);
    });

    it('covers what comes later', async () => {
      const [key, some] = ofCase()[0] ?? [];
      if (key === undefined || some === undefined) throw new Error('the vault is empty');
      const late = { ...some, key: `${key}.late`, legalHold: false };
      played.organization.world.of(s3State, '', '').buckets.get(bucket)?.versions.set(late.key, [late]);
      await archivistLooks();
      expect(late.legalHold).toBe(true);
      expect(events().map(({ kind }) => kind)).toContain('hold-renewed');
      played.organization.world.of(s3State, '', '').buckets.get(bucket)?.versions.delete(late.key);
    });

    it('forbids disposal, and ends by two people', async () => {
      yearsPass();
      expect(await ask(ADA, 'disposers', { action: 'dispose' })).toMatchObject({
        code: 'not-disposable',
        because: expect.stringContaining('legal hold'),
      });
      const asked = await ask(ADA, 'keepers', { action: 'release-hold' });
      if (asked.status !== 'waits-for-second-person') throw new Error(JSON.stringify(asked));
      expect(await ask(BOB, 'keepers', { action: 'release-hold', asked: asked.asked })).toMatchObject({
        status: 'done',
      });
    });
  });

  describe('the archive tier', () => {
    it('takes the copies of a case that was sealed long enough ago, once', async () => {
      expect((await archivistLooks(29)).archived).toBe(0);
      expect((await archivistLooks(31)).archived).toBe(copies().length);
      for (const { tier } of copies()) expect(tier).toMatchObject({ doing: 'archiving' });
      expect(events().at(-1)).toMatchObject({ kind: 'snapshots-archived' });
      expect((await archivistLooks(31)).archived).toBe(0);
    });
  });

  it('of such a class is not disposed of before its end, whatever became of its locks', async () => {
    const before = played.organization.journal.calls.length;
    expect(await ask(ADA, 'disposers', { action: 'dispose' })).toMatchObject({
      code: 'not-disposable',
      because: expect.stringMatching(/is kept until/),
    });
    const since = played.organization.journal.calls.slice(before).map(({ operation }) => operation);
    expect(since.filter((operation) => operation.startsWith('Delete'))).toEqual([]);
  });
});

describe('evidence that nothing keeps', () => {
  beforeAll(begin('disposal', deployed), 60_000);

  describe('an export', () => {
    it('shows the end of the ledger of keeping, and that an end was cut off', async () => {
      expect(await exported()).toMatchObject({ problems: [], keeping: { end: 'signed' }, disposed: null });
      const last = exportPaths.keeping(keeping().length + 1);
      const cut = await exported((path) => path.startsWith('keeping/0') && path >= last);
      expect(cut.status).toBe('broken');
      expect(cut.problems.map(({ problem }) => problem).join()).toMatch(/its end was cut off/);
    });
  });

  describe('disposal', () => {
    const asked = async (): Promise<string> => {
      const reply = await ask(ADA, 'disposers', { action: 'dispose' });
      if (reply.status !== 'waits-for-second-person') throw new Error(JSON.stringify(reply));
      return reply.asked;
    };

    it('is for disposers alone, two of them, and no others', async () => {
      expect(await ask(ADA, 'keepers', { action: 'dispose' })).toMatchObject({ code: 'unknown-person' });
      expect(await ask(ADA, 'disposers', { action: 'open' })).toMatchObject({ code: 'unknown-person' });
    });

    it('begins when nothing keeps it any more; one person cannot decide it', async () => {
      yearsPass();
      const [copy] = copies();
      if (copy?.lock === undefined) throw new Error('no copy is locked');
      copy.lock.expiresAt = now() + DAY;
      expect(await ask(ADA, 'disposers', { action: 'dispose' })).toMatchObject({
        code: 'not-disposable',
        because: expect.stringMatching(/is locked until/),
      });
      copy.lock.expiresAt = now() - 1;
      const digest = await asked();
      expect(await ask(ADA, 'disposers', { action: 'dispose', asked: digest })).toMatchObject({
        code: 'not-approved',
      });
      expect(copies().length).toBeGreaterThan(0);
    });

    it('stops at what S3 refuses, and at no answer that was lost; goes on when it is asked again', async () => {
      const stubborn = ofCase().find(([key]) => key.includes('/objects/'))?.[1];
      if (stubborn === undefined) throw new Error('there is no object');
      const digest = await asked();
      const approve = { action: 'dispose', asked: digest };
      // Somebody locks it between the look and the act: nothing goes past a lock.
      stubborn.legalHold = true;
      losesAnswer = true;
      expect(await ask(BOB, 'disposers', approve)).toMatchObject({
        code: 'not-disposable',
        because: expect.stringMatching(/AccessDenied/),
      });
      expect(copies()).toHaveLength(0);
      expect(losesAnswer).toBe(false);
      stubborn.legalHold = false;
      expect(await ask(BOB, 'disposers', approve)).toMatchObject({
        status: 'done',
        detail: expect.stringMatching(/the certificate is/),
      });
      expect(ofCase().filter(([key]) => key.includes('/objects/'))).toEqual([]);
      expect(ofCase().some(([key]) => key.includes('/custody/'))).toBe(true);
      const callers = played.organization.journal.calls.filter(({ operation }) =>
        ['DeleteSnapshot', 'DeleteObject'].includes(operation),
      );
      const last = callers.slice(-3);
      for (const { caller } of last) expect(caller).toContain(`${dutyRoleName('disposer')}/${incident}`);
      expect(DISPOSER_FUNCTION_NAME).not.toBe(dutyRoleName('disposer'));
    });

    it('leaves a ledger that verifies with its certificate, and with nothing less', async () => {
      const verified = await exported();
      expect(verified).toMatchObject({
        status: 'consistent-signer-unknown',
        problems: [],
        keeping: { end: 'disposed' },
      });
      expect(verified.disposed?.snapshots).toBeGreaterThan(0);
      const without = await exported((path) => path === exportPaths.certificate);
      expect(without.status).toBe('broken');
      expect(without.problems.map(({ problem }) => problem).join()).toMatch(
        /certificate of the disposal is missing/,
      );
      expect(without.problems.map(({ problem }) => problem).join()).toMatch(/the object is missing/);
    });

    it('is the end: nothing is held, asked or destroyed after it, and no other case was touched', async () => {
      expect(await ask(ADA, 'keepers', { action: 'hold' })).toMatchObject({ code: 'disposed' });
      expect(await ask(ADA, 'disposers', { action: 'dispose' })).toMatchObject({ code: 'disposed' });
      expect(await archivistLooks()).toMatchObject({ lengthened: 0, archived: 0, failed: [] });
    });
  });
});
