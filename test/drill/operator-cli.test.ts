import { sessionOf } from '@cordon/drill';
import { lambdaState } from '@cordon/local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../steps/desk.ts';
import { cordonAs, type Ran } from './cordon-as.ts';

const PATIENCE_MS = 60_000;

/** The tool as a person runs it, with their credentials, against the served organization. */
const cordon = async (
  { organization, config }: Desk,
  port: number,
  [person, ...args]: readonly [string, ...string[]],
): Promise<Ran> => {
  const keys = sessionOf(organization, config, person);
  if (keys === undefined) throw new Error('nobody may decide');
  return cordonAs(organization, { port, keys }, args);
};

describe('the commands of an operator', () => {
  let desk: Desk;
  let port = 0;
  beforeAll(async () => {
    desk = await openDesk();
    ({ port } = await desk.organization.serve());
  }, PATIENCE_MS);
  afterAll(() => desk.organization.close());
  const as = (...words: readonly [string, ...string[]]): Promise<Ran> => cordon(desk, port, words);

  it(
    'show what waits, refuse another hash, and take a yes, by a URL that they find themselves',
    async () => {
      const { incidentId, planHash } = await desk.asked();
      const listed = await as('bob@example.org', 'requests');
      expect(listed).toMatchObject({ exit: 0, stderr: '' });
      expect(listed.stdout).toContain(`cordon approve ${incidentId} --hash ${planHash}`);
      const shown = await as('bob@example.org', 'plan', '--incident', incidentId);
      expect(shown).toMatchObject({ exit: 0, stderr: '' });
      for (const wanted of [
        'ec2:ModifyNetworkInterfaceAttribute',
        'undo:      restore-groups',
        'asks; lapses without an express yes',
        `hash: ${planHash}`,
        'USD',
      ])
        expect(shown.stdout).toContain(wanted);
      const wrong = await as(
        'bob@example.org',
        'approve',
        incidentId,
        '--hash',
        'b'.repeat(64),
        '--reason',
        'seen',
      );
      expect(wrong).toMatchObject({ exit: 3, stdout: '' });
      expect(wrong.stderr).toContain('refused (wrong-hash)');
      const yes = await as(
        'bob@example.org',
        'approve',
        incidentId,
        '--hash',
        planHash,
        '--reason',
        'seen',
        '--json',
      );
      expect({ exit: yes.exit, stderr: yes.stderr }).toEqual({ exit: 0, stderr: '' });
      expect(JSON.parse(yes.stdout)).toMatchObject({
        schemaVersion: 1,
        status: 'done',
        incident: incidentId,
      });
    },
    PATIENCE_MS,
  );

  it(
    'let an approver see what a replay of the past would plan for what still exists, and change nothing',
    async () => {
      const from = desk.organization.journal.calls.length;
      const { exit, stdout } = await as('bob@example.org', 'replay', '--json', '--days', '90');
      // 3: GuardDuty watches one Region of this world, and the replay says which it could not read.
      expect(exit).toBe(3);
      const { instanceId } = desk.suspect;
      expect(JSON.parse(stdout)).toMatchObject({
        incidents: [{ instanceId }],
        planned: { gone: 0, notPlanned: [], plans: [{ instanceId, outcome: 'respond' }] },
      });
      const changed = desk.organization.journal.calls
        .slice(from)
        .filter(({ caller }) => /operator|inspect|bob/.test(caller))
        .filter(({ operation }) => !/^(Get|List|Describe|Lookup|Assume|Query|Invoke)/.test(operation))
        .map(({ caller, operation }) => `${caller} ${operation}`);
      expect(changed).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keep the halt switch for a second person',
    async () => {
      const { stdout } = await as('alice@example.org', 'halt', 'on', '--reason', 'storm', '--json');
      const { waits } = JSON.parse(stdout) as { waits: { subject: string; planHash: string } };
      const again = ['approve', waits.subject, '--hash', waits.planHash, '--reason', 'agreed'] as const;
      expect((await as('alice@example.org', ...again)).stderr).toContain('another person must approve it');
      expect(await as('bob@example.org', ...again)).toMatchObject({
        exit: 0,
        stdout: 'the halt switch is on\n',
      });
    },
    PATIENCE_MS,
  );

  it(
    'say what to do when AWS does not let the caller in, and when what is asked is no request',
    async () => {
      const { url } =
        desk.organization.world
          .of(lambdaState, desk.config.accounts.security, desk.config.homeRegion)
          .functions.get('cordon-operator') ?? {};
      const elsewhere = `https://${url?.host.replace(/^[a-z0-9]{6}/, 'abcdef')}/`;
      const refused = await as('bob@example.org', 'requests', '--url', elsewhere);
      expect(refused.exit).toBe(3);
      expect(refused.stderr).toContain('AWS answered 403');
      expect(refused.stderr).toContain('approver in cordon.config.ts');
      const bad = await as('bob@example.org', 'approve', 'inc-1', '--hash', 'x', '--reason', 'seen');
      expect(bad).toMatchObject({ exit: 2, stdout: '' });
      expect(bad.stderr).toContain('planHash: wanted 64 hexadecimal digits');
    },
    PATIENCE_MS,
  );
});
