import { SSMClient, StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import { deploymentNames, policyDocument } from '@cordon/constructs';
import { askDeskAs } from '@cordon/drill';
import {
  decodeSigned,
  exportPaths,
  keepingLedger,
  sha256Hex,
  verifyExport,
  type SignedEntry,
} from '@cordon/evidence';
import {
  SESSION_DOCUMENT_NAME,
  SESSION_LOG_GROUP_NAME,
  SESSION_WATCH_FUNCTION_NAME,
  TAGS,
  type DeskRequest,
} from '@cordon/incident';
import {
  addRole,
  ec2State,
  observabilityState,
  openChannel,
  silence,
  ssmState,
  typeIn,
} from '@cordon/local-aws';
import { fetchEvidence } from '@cordon/responder/fetch-evidence';
import { staffStatements } from '@cordon/responder/needs';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { vaultVersions } from '../vault-text.ts';
import { inMemory } from './fetched.ts';
import { play, type Played } from './play.ts';

const MINUTE = 60_000;
const HOSTILE = '$(reboot) <script>alert(1)</script> ../../x \u202E\n';
const { evidence, forensics } = config.accounts;

let played: Played;
let incident = '';
let machine = '';

const objects = (): readonly (readonly [string, Uint8Array])[] => {
  const versions = vaultVersions(played.organization, evidence);
  return [...versions].flatMap(([key, [newest]]) =>
    newest?.kind === 'object' ? [[key, newest.body] as const] : [],
  );
};
const keeping = (): readonly SignedEntry[] =>
  objects()
    .filter(([key]) => key.startsWith(`incidents/${keepingLedger(incident)}/custody/`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, body]) => decodeSigned(key, body));
const recorded = (sessionId: string) =>
  keeping().flatMap(({ entry: { event } }) =>
    event.kind === 'session-recorded' && event.sessionId === sessionId ? [event] : [],
  );
const missing = (sessionId: string) =>
  keeping().flatMap(({ entry: { event } }) =>
    event.kind === 'recording-missing' && event.sessionId === sessionId ? [event] : [],
  );
const pagesOf = (sessionId: string): readonly string[] =>
  played.organization.journal.calls.flatMap(({ operation, input, outcome }) =>
    operation === 'Publish' && outcome === 'ok' && String(input['Message']).includes(sessionId)
      ? [String(input['Message'])]
      : [],
  );

const pass = async (minutes: number): Promise<void> => {
  const { timeline } = played.organization;
  let passed = false;
  timeline.at(timeline.now() + minutes * MINUTE, () => (passed = true));
  await played.organization.run(() => passed);
};

const STAFF_ROLE = 'AWSReservedSSO_CordonForensics_fedcba9876543210';
const STAFF_PATH = '/aws-reserved/sso.amazonaws.com/eu-west-1/';
const STAFF_ARN = `arn:aws:iam::${forensics}:role${STAFF_PATH}${STAFF_ROLE}`;

/** The role of the permission set of forensic staff, with all that it may do and nothing more. */
const addStaff = (): void => {
  const { world, ids, timeline } = played.organization;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${forensics}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  const own = policyDocument(staffStatements({ ...deploymentNames(config), partition: 'aws' }, 'examiner'));
  addRole(
    world,
    { account: forensics, name: STAFF_ROLE, path: STAFF_PATH, trust, inline: { own } },
    { ids, now: timeline.now() },
  );
};

const ssm = (as: 'administrator' | { readonly arn: string } = { arn: STAFF_ARN }): SSMClient =>
  new SSMClient({
    region: played.suspect.region,
    credentials: played.organization.credentialsFor(forensics, as),
    requestHandler: played.organization.requestHandler,
    maxAttempts: 1,
  });
const place = (sessionId: string) => ({ account: forensics, region: played.suspect.region, sessionId });

const start = async (): Promise<string> => {
  const { organization } = played;
  const { SessionId: sessionId = '' } = await organization.during(() =>
    ssm().send(new StartSessionCommand({ Target: machine, DocumentName: SESSION_DOCUMENT_NAME })),
  );
  await organization.during(() =>
    openChannel(organization, place(sessionId), organization.host.callerForRole(STAFF_ARN, 'ada')),
  );
  return sessionId;
};
const type = (sessionId: string, text: string): Promise<void> =>
  played.organization.during(() => typeIn(played.organization, place(sessionId), text));
const end = async (sessionId: string): Promise<void> => {
  await played.organization.during(() =>
    ssm('administrator').send(new TerminateSessionCommand({ SessionId: sessionId })),
  );
};

/** The incident's ledgers, as whoever the desk gave a session has them. */
const exported = async () => {
  const { organization } = played;
  const request: DeskRequest = { action: 'open', incident, reason: 'for the report' };
  const answered = await organization.during(() =>
    askDeskAs(organization, config, { person: 'ada@example.org', among: 'readers', request }),
  );
  if (answered.status !== 'answered' || answered.reply.status !== 'opened')
    throw new Error(JSON.stringify(answered));
  const { credentials } = answered.reply;
  const { requestHandler } = organization;
  return organization.during(async () =>
    inMemory(
      await fetchEvidence(incident, config, { region: config.homeRegion, credentials, requestHandler }),
    ),
  );
};

/** A call of the watch, as the clock makes it. */
const look = async (): Promise<{ readonly payload: string; readonly error?: string }> => {
  const { organization } = played;
  const arn = `arn:aws:lambda:${config.homeRegion}:${evidence}:function:${SESSION_WATCH_FUNCTION_NAME}`;
  let answer: { readonly payload: string; readonly error?: string } | undefined;
  void organization.host.invokeFunction(arn, '{}').then((given) => {
    answer = given;
  });
  await organization.run(() => answer !== undefined);
  if (answer === undefined) throw new Error('the watch gave no answer');
  return answer;
};

beforeAll(async () => {
  played = await play({ scenario: 'no-profile', seed: 'sessions' });
  const of = played.organization.world.of(ec2State, forensics, played.suspect.region);
  const found = [...of.instances.values()].find(({ tags }) => tags.has(TAGS.ledger));
  machine = found?.instanceId ?? '';
  incident = found?.tags.get(TAGS.incident) ?? '';
  addStaff();
}, 60_000);

describe('a session on a forensic machine', () => {
  let sessionId = '';
  let during = '';
  beforeAll(async () => {
    sessionId = await start();
    await type(sessionId, 'sudo sha256sum /dev/nvme1n1');
    await type(sessionId, HOSTILE);
    during = (await look()).payload;
    await end(sessionId);
    await pass(20);
  }, 60_000);

  it('is waited for while it goes on', () => {
    expect(JSON.parse(during)).toEqual({ recorded: 0, missing: 0, waiting: 1 });
  });

  it('has its recording in the vault soon after its end, named by digest in the ledger of keeping', () => {
    const [event, ...others] = recorded(sessionId);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ instanceId: machine, document: SESSION_DOCUMENT_NAME, events: 2 });
    expect(event).not.toHaveProperty('endsEarly');
    const bodies = new Map(objects());
    const parts = (event?.parts ?? []).map(({ label }) =>
      bodies.get(`incidents/${event?.ledgerId}/${exportPaths.object(label)}`),
    );
    const whole = Buffer.concat(parts.map((part) => part ?? new Uint8Array()));
    expect(sha256Hex(whole)).toBe(event?.sha256);
    expect(whole.toString('utf8')).toContain('sudo sha256sum /dev/nvme1n1');
    expect(pagesOf(sessionId)).toEqual([]);
  });

  it('has it in a sealed ledger of its own, which the verifier takes, and finds one changed byte in', async () => {
    const [event] = recorded(sessionId);
    const files = new Map((await exported()).get(event?.ledgerId ?? ''));
    expect(verifyExport(files, {})).toMatchObject({ status: 'consistent-signer-unknown', problems: [] });
    const label = exportPaths.object(event?.parts[0]?.label ?? '');
    const bytes = Buffer.from(files.get(label) ?? []);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    files.set(label, bytes);
    const problems = verifyExport(files, {}).problems.map(({ problem }) => problem);
    expect(problems.join('\n')).toMatch(/the object was changed/);
    expect(problems.join('\n')).toMatch(/one after the other, are not the recording/);
  });

  it('is dealt with once, however often the clock looks', async () => {
    const before = objects().length;
    expect(JSON.parse((await look()).payload)).toEqual({ recorded: 0, missing: 0, waiting: 0 });
    expect(objects()).toHaveLength(before);
  });
});

describe('what is not recorded', () => {
  it('is told of a session whose stream was ended on the machine before it began', async () => {
    const sessionId = await start();
    silence(played.organization, place(sessionId));
    await type(sessionId, 'rm -rf traces');
    await end(sessionId);
    await pass(50);
    expect(missing(sessionId)).toEqual([]);
    await pass(40);
    expect(missing(sessionId)).toMatchObject([{ because: expect.stringContaining('nothing of it is in') }]);
    expect(pagesOf(sessionId)).toHaveLength(1);
    expect(JSON.parse(pagesOf(sessionId)[0] ?? '')).toMatchObject({
      kind: 'recording-missing',
      incidentId: incident,
      runbook: 'recording-missing',
    });
  }, 60_000);

  it('is told of one whose stream was ended on the way, beside what there is', async () => {
    const sessionId = await start();
    await type(sessionId, 'whoami');
    silence(played.organization, place(sessionId));
    for (let quarter = 0; quarter < 3; quarter += 1) {
      await pass(15);
      await type(sessionId, 'unseen');
    }
    await end(sessionId);
    await pass(20);
    expect(recorded(sessionId)).toMatchObject([{ events: 1, endsEarly: 'yes' }]);
    expect(pagesOf(sessionId)).toHaveLength(1);
  }, 60_000);

  it('is a session that cannot start where somebody took the key off the log group', async () => {
    const { organization, suspect } = played;
    const { logGroups } = organization.world.of(observabilityState, forensics, suspect.region);
    const group = logGroups.get(SESSION_LOG_GROUP_NAME);
    if (group === undefined) throw new Error('no log group of sessions');
    const { kmsKeyId: _key, ...bare } = group;
    logGroups.set(SESSION_LOG_GROUP_NAME, bare);
    await expect(start()).rejects.toThrow('is not encrypted');
    logGroups.set(SESSION_LOG_GROUP_NAME, group);
    await pass(20);
    const failed = [...organization.world.of(ssmState, forensics, suspect.region).sessions.values()].at(-1);
    expect(missing(failed?.sessionId ?? '')).toMatchObject([
      { because: expect.stringContaining('failed to start') },
    ]);
    expect(pagesOf(failed?.sessionId ?? '')).toEqual([]);
  }, 60_000);
});

describe('a look that breaks off', () => {
  /** Ends the watch's calls from the `at`-th write into the vault on, for the length of one look. */
  const breaksAt = { count: Infinity };
  let broken: Played;

  it('is gone on with by the next, and everything is there once', async () => {
    const before = played;
    broken = await play({
      scenario: 'no-profile',
      seed: 'sessions-broken',
      faults: ({ operation, input }) => {
        if (operation !== 'PutObject' || !/-recording-|-keeping\/|sessions\//.test(String(input['Key'])))
          return undefined;
        breaksAt.count -= 1;
        return breaksAt.count < 0 ? { kind: 'server-error' } : undefined;
      },
    });
    played = broken;
    const of = played.organization.world.of(ec2State, forensics, played.suspect.region);
    const found = [...of.instances.values()].find(({ tags }) => tags.has(TAGS.ledger));
    machine = found?.instanceId ?? '';
    incident = found?.tags.get(TAGS.incident) ?? '';
    addStaff();
    const sessionId = await start();
    await type(sessionId, 'ls');
    await end(sessionId);
    breaksAt.count = 0;
    await pass(3);
    for (
      let writes = 0;
      recorded(sessionId).length === 0 || (await look()).error !== undefined;
      writes += 1
    ) {
      if (writes > 20) throw new Error('it never came to an end');
      breaksAt.count = writes;
      await look();
    }
    breaksAt.count = Infinity;
    await look();
    expect(recorded(sessionId)).toHaveLength(1);
    const [event] = recorded(sessionId);
    const ledger = objects().filter(([key]) => key.startsWith(`incidents/${event?.ledgerId}/custody/`));
    expect(ledger.map(([key, body]) => decodeSigned(key, body).entry.event.kind)).toEqual([
      'incident-opened',
      'object-deposited',
      'session-recorded',
      'sealed',
    ]);
    played = before;
  }, 120_000);
});
