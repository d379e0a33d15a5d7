import { beforeAll, describe, expect, it } from 'vitest';
import { recordChecks, type Recording } from '@cordon/drill';
import type { DoctorLine } from '@cordon/incident/doctor';
import { iamState } from '@cordon/local-aws';
import { examineOrganization, type Examined } from '../../apps/cli/src/doctor/doctor-organization.ts';
import { config, doctorStage } from './doctor-stage.ts';
import { PLANTS } from './plants.ts';

/** `doctor-thousand.test.ts` looks at a thousand. */
const MEMBERS = 30;
const { accounts: own } = config;

let recording: Recording;
let stage: Awaited<ReturnType<typeof doctorStage>>;
beforeAll(async () => {
  recording = await recordChecks({ config, scenario: 'richest', seed: '1' });
  stage = await doctorStage(MEMBERS);
}, 300_000);

const look = (): Promise<Examined> =>
  stage.organization.during(() =>
    examineOrganization({
      config,
      connect: stage.connect,
      at: stage.organization.timeline.now(),
      progress: () => {},
      record: async () => recording,
    }),
  );

const troubles = ({ lines }: Examined): readonly DoctorLine[] =>
  lines.filter(({ result }) => result !== 'ok');

const wellAgain = async (): Promise<void> => {
  expect(troubles(await look())).toEqual([]);
};

describe(`cordon doctor over ${MEMBERS} accounts in ${config.regions.length} Regions`, () => {
  it('finds nothing wrong where nothing is, with the permission set and nothing else', async () => {
    const found = await look();
    expect(troubles(found)).toEqual([]);
    expect(found.phase).toBe('after');
    expect(found.counts.ok).toBeGreaterThan(60);
  });

  it.each(PLANTS)('finds that %s, and nothing else', async (_what, expected, plant) => {
    const [account = ''] = stage.ids;
    const mend = await plant(stage.organization, account);
    const found = troubles(await look());
    expect(found).toMatchObject([expected]);
    expect(found.every(({ whatToDo }) => whatToDo !== undefined)).toBe(true);
    await mend();
    await wellAgain();
  });

  it('says of what it may not read that it is not known, with the action that it lacks, and looks at the rest', async () => {
    const { organization, connect } = stage;
    const examined = await organization.during(() =>
      examineOrganization({
        config,
        connect: (viewer, region) => (viewer === 'evidence' ? undefined : connect(viewer, region)),
        at: organization.timeline.now(),
        progress: () => {},
        record: async () => recording,
      }),
    );
    const found = troubles(examined);
    expect(new Set(found.map(({ result }) => result))).toEqual(new Set(['unknown']));
    expect(found.every(({ whatToDo }) => whatToDo?.includes('--profile evidence=NAME'))).toBe(true);
    const mistaken = await organization.during(() =>
      examineOrganization({
        config,
        connect: (viewer, region) => connect(viewer === 'forensics' ? 'evidence' : viewer, region),
        at: organization.timeline.now(),
        progress: () => {},
        record: async () => recording,
      }),
    );
    expect(new Set(troubles(mistaken).map(({ says }) => says))).toEqual(
      new Set([`the credentials for the forensics account are of account ${own.evidence}`]),
    );
    const role = organization.world.of(iamState, own.security, '').roles.get('CordonDoctors');
    const inline = [...(role?.inline ?? [])];
    role?.inline.clear();
    const denied = troubles(await look());
    for (const [name, document] of inline) role?.inline.set(name, document);
    expect(denied.map(({ says }) => says)).toContainEqual(
      expect.stringContaining('organizations:ListAccounts answered AccessDenied'),
    );
    expect(denied.every(({ result }) => result === 'unknown')).toBe(true);
  });
});
