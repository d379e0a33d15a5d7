import { TAGS } from '@cordon/incident';
import { addInstance, seededIds, type Ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { standingOf } from '../../world/standing.ts';
import { judge } from '../judge.ts';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { INCIDENT, MEMBER, REGION, SIBLING, START, SUSPECT, VOLUMES, WEB_GROUP } from '../testing/places.ts';
import { brokenIn, call, found, member } from '../testing/tampering.ts';

const MADE = 'i-0fffffffffffffff0';
const USER_DATA = 'IyEvYmluL3NoCg==';

type Made = Ec2State['instances'] extends Map<string, infer Held> ? Held : never;

/** The good run, whose suspect is in no group, and in whose place another was launched after containment. */
const replacedRun = (): GoodRun => {
  const run = goodRun();
  const ids = seededIds('replaced');
  const state = member(run);
  const like = found(state.instances.get(SUSPECT));
  const sibling = found(state.instances.get(SIBLING));
  const subnetId = found(state.networkInterfaces.get(found(sibling.networkInterfaceIds[0]))).subnetId;
  const association = found(
    [...state.profileAssociations.values()].find(({ instanceId }) => instanceId === SIBLING),
  );
  addInstance(
    state,
    {
      instanceId: MADE,
      type: like.instanceType,
      imageId: like.imageId,
      launchedAt: START + 9_000,
      networkInterfaces: [{ subnetId, groups: [WEB_GROUP] }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'what the image holds' }],
      profile: { arn: association.profileArn, profileId: association.profileId },
      userData: USER_DATA,
      tags: { [TAGS.replaces]: INCIDENT },
    },
    ids,
  );
  call(run, {
    at: 20_000,
    by: asDuty('replace'),
    does: 'ec2 RunInstances',
    input: { ClientToken: `replace-${INCIDENT}` },
  });
  const [suspect] = run.remains.suspects;
  const before = standingOf(run.world, { account: MEMBER, region: REGION, instanceId: SIBLING });
  Object.assign(found(suspect), { before, alone: { imageId: like.imageId, userData: USER_DATA } });
  return run;
};

const made = (run: GoodRun): Made => found(member(run).instances.get(MADE));
const verdictOf = (run: GoodRun) =>
  judge(run.remains, { scenario: 'tampered', listCalls: false }).invariants.find(
    ({ id }) => id === 'replacement-is-clean',
  );

const tamperings: readonly {
  readonly when: string;
  readonly tamper: (run: GoodRun) => void;
  readonly says: RegExp;
}[] = [
  {
    when: 'none was launched',
    tamper: (run) => void made(run).tags.delete(TAGS.replaces),
    says: /0 instances were launched/,
  },
  {
    when: 'two were',
    tamper: (run) => void found(member(run).instances.get(SIBLING)).tags.set(TAGS.replaces, INCIDENT),
    says: /2 instances were launched/,
  },
  {
    when: 'it was launched before containment',
    tamper: (run) => call(run, { at: 10, by: asDuty('replace'), does: 'ec2 RunInstances' }),
    says: /comes before containment/,
  },
  {
    when: 'another duty launched it',
    tamper: (run) => call(run, { at: 20_000, by: asDuty('isolate-network'), does: 'ec2 RunInstances' }),
    says: /is by another duty/,
  },
  {
    when: 'it has what was on a disk of the suspect',
    tamper: (run) => {
      const [device] = made(run).blockDevices;
      found(member(run).volumes.get(found(device).volumeId)).content = VOLUMES[0].content;
    },
    says: /holds what was on a disk of the suspect/,
  },
  {
    when: 'it carries the mark of a contained instance',
    tamper: (run) => void made(run).tags.set(TAGS.incident, INCIDENT),
    says: /carries the mark/,
  },
  {
    when: 'it is in other groups',
    tamper: (run) => {
      const [id] = made(run).networkInterfaceIds;
      found(member(run).networkInterfaces.get(found(id))).groups = ['sg-other'];
    },
    says: /is in sg-other/,
  },
  {
    when: 'it answers metadata without a token',
    tamper: (run) => void (made(run).metadataOptions.httpTokens = 'optional'),
    says: /without a token/,
  },
  { when: 'it is stopped', tamper: (run) => void (made(run).state = 'stopped'), says: /is stopped/ },
  {
    when: 'it runs other user data',
    tamper: (run) => void (made(run).userData = 'YXR0YWNr'),
    says: /other user data/,
  },
];

describe('a replacement', () => {
  it('is clean on the good run', () => {
    expect(verdictOf(replacedRun())).toMatchObject({ held: true });
  });

  it('is not judged where no suspect is alone', () => {
    expect(verdictOf(goodRun())).toBeUndefined();
  });

  it.each(tamperings)('is not clean when $when', ({ tamper, says }) => {
    const run = replacedRun();
    tamper(run);
    const broken = brokenIn(run.remains).find(({ id }) => id === 'replacement-is-clean');
    expect(broken?.detail).toMatch(says);
  });
});
